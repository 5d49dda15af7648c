import { Injectable } from '@nestjs/common';
import { type IncludedUsage, sumIncluded } from '../../catalog/included-usage.js';
import { Database } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { type Credits, NO_CREDITS, sumCredits } from '../../kernel/credits.js';
import { invariant } from '../../kernel/invariant.js';
import type { ChangePreview, StripeInvoice } from '../../stripe/objects/billing-objects.js';
import { readInvoice } from '../allowances/read-invoice.js';
import { BillingNow } from '../billing-now.js';
import { creditsPerMonthOf, type HeldPlan, includedPerMonthOf, periodAmountOf } from '../mirror/held-plan.js';
import type { Subscription } from '../mirror/subscription.entity.js';
import { itemsNow } from '../mirror/subscription-now.js';
import { SubscriptionsQueries } from '../subscriptions.queries.js';
import type { ChangeEffect } from './plan-change.js';
import { QuoteChange, type QuotedChange } from './quote-change.js';

/** What a change of plan would come to, were it asked for now. */
export interface PreviewedChange {
  plan: string;
  effect: ChangeEffect;
  /** When it would take effect; null when nothing would change. */
  effectiveAt: Date | null;
  /** What would be charged now, after discount and with tax, in minor units of `currency`. */
  dueMinor: bigint;
  currency: string;
  /** What would be granted now. */
  credits: Credits;
  /** What would be included now, besides what is. */
  included: IncludedUsage[];
  /** How many of the plan there would be. */
  quantity: number;
  /** What a month of all that is held gives from then on, and what a period of it costs, before discount and tax. */
  creditsPerMonth: number;
  includedPerMonth: IncludedUsage[];
  periodAmountMinor: bigint;
  /** What a month of all that is held includes until then. */
  currentIncludedPerMonth: IncludedUsage[];
}

/** Says what a change of plan would cost and give. Changes nothing. Must not be called in a transaction. */
@Injectable()
export class PreviewChange {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly billingNow: BillingNow,
    private readonly subscriptions: SubscriptionsQueries,
    private readonly quoteChange: QuoteChange,
  ) {}

  async run(accountId: string, plan: string): Promise<PreviewedChange> {
    const { stripeSubscriptionId } = await this.subscriptions.requireOf(accountId);
    const change = await this.quoteChange.run(stripeSubscriptionId, plan);
    const { subscription, effect, preview } = change;
    const common = {
      plan,
      effect,
      currency: subscription.currency,
      ...figuresOf(change, this.clock.now()),
    };
    if (preview === undefined)
      return {
        ...common,
        effectiveAt: effect === 'none' ? null : subscription.periodEnd,
        dueMinor: 0n,
        credits: NO_CREDITS,
        included: [],
      };
    const dueNow = dueNowOf(subscription, preview);
    const given = await this.givenBy(change, dueNow);
    return { ...common, effectiveAt: this.clock.now(), dueMinor: dueNow.dueMinor, ...given };
  }

  /** By the same rule as when it is paid. */
  private async givenBy(
    { subscription, plan }: QuotedChange,
    preview: ChangePreview,
  ): Promise<Pick<PreviewedChange, 'credits' | 'included'>> {
    const now = this.clock.now();
    const { stripeSubscriptionId } = subscription;
    const invoice = invoiceOf(stripeSubscriptionId, preview, now);
    const givesBack = preview.lines.some(({ credited }) => credited !== null);
    const paidBefore = givesBack ? await this.billingNow.paidInvoicesOf(stripeSubscriptionId) : [];
    const { allowances } = await this.database.snapshot((tx) =>
      readInvoice(tx, { ...subscription, items: withPlan(subscription, plan) }, invoice, paidBefore),
    );
    const begun = allowances.filter(({ startsAt }) => startsAt <= now);
    return {
      credits: sumCredits(begun.map(({ credits }) => credits)),
      included: sumIncluded(begun.flatMap(({ included = [] }) => included)),
    };
  }
}

/** In a trial nothing is charged: Stripe shows the invoice with which the trial will end. */
function dueNowOf({ status }: Subscription, preview: ChangePreview): ChangePreview {
  return status === 'trialing' ? { ...preview, dueMinor: 0n } : preview;
}

function withPlan({ items: [first, ...others] }: Subscription, plan: string): HeldPlan[] {
  return first === undefined ? others : [{ ...first, plan }, ...others];
}

/** The first plan is changed, as often as there is of it; what else is held stays. */
function figuresOf({ subscription, plan, offer, stripeOffer }: QuotedChange, now: Date) {
  const held = itemsNow(subscription, now);
  const [first, ...others] = held;
  invariant(first !== undefined, `subscription ${subscription.stripeSubscriptionId} holds a plan`);
  const items = [{ ...first, plan, unitAmountMinor: Number(stripeOffer.unitAmountMinor) }, ...others];
  const terms = { ...subscription.terms, [plan]: offer };
  return {
    quantity: first.quantity,
    creditsPerMonth: creditsPerMonthOf(items, terms),
    includedPerMonth: includedPerMonthOf(items, terms),
    currentIncludedPerMonth: includedPerMonthOf(held, subscription.terms),
    periodAmountMinor: BigInt(periodAmountOf(items) ?? Number(stripeOffer.unitAmountMinor) * first.quantity),
  };
}

/** The invoice that the preview is of, were it paid. */
function invoiceOf(
  stripeSubscriptionId: string,
  { dueMinor, currency, lines }: ChangePreview,
  now: Date,
): StripeInvoice {
  return {
    stripeInvoiceId: 'preview',
    stripeSubscriptionId,
    status: 'draft',
    reason: 'update',
    subtotalMinor: dueMinor,
    dueMinor,
    paidMinor: dueMinor,
    taxMinor: 0n,
    currency,
    attempts: 0,
    nextAttemptAt: null,
    createdAt: now,
    changesSince: now,
    paidAt: null,
    stripePaymentIntentIds: [],
    lines,
  };
}
