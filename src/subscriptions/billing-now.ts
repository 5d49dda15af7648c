import { Injectable } from '@nestjs/common';
import { CatalogQueries } from '../catalog/catalog.queries.js';
import { StripeBilling } from '../stripe/billing/billing.gateway.js';
import type { StripeInvoice, StripeSubscription } from '../stripe/objects/billing-objects.js';
import { AdoptedPlans, withPlans } from './mirror/adopted-plans.js';
import { type HeldPlan, heldPlans } from './mirror/held-plan.js';
import { SubscriptionsQueries } from './subscriptions.queries.js';

/** A subscription of an account as Stripe has it now. */
export interface Billing {
  accountId: string;
  /** Of what is scheduled, only the plans of the catalogue. */
  fetched: StripeSubscription;
  /** The plans of the catalogue that it holds; none once it was moved to other products. */
  held: readonly HeldPlan[];
  /** Those that are paid, in the order in which they were; none where only the subscription was asked for. */
  invoices: readonly StripeInvoice[];
  livemode: boolean;
}

/** Asks Stripe for everything about a subscription. Must not be called in a transaction. */
@Injectable()
export class BillingNow {
  constructor(
    private readonly stripe: StripeBilling,
    private readonly catalog: CatalogQueries,
    private readonly subscriptions: SubscriptionsQueries,
    private readonly adoptedPlans: AdoptedPlans,
  ) {}

  /**
   * The subscription without its invoices; undefined when it is not an account's, or has never held a plan of the
   * catalogue. Once it has, it is mirrored to its end, whatever it is moved to.
   * @throws StripeUnavailable, StripeRefused
   */
  async fetch(stripeSubscriptionId: string): Promise<Billing | undefined> {
    const fetched = await this.withAdopted(await this.stripe.fetchSubscription(stripeSubscriptionId));
    const { accountId, isKnown } = await this.subscriptions.ownerOf(fetched);
    if (accountId === undefined) return undefined;
    const plans = await this.plansAmong([...fetched.items, ...(fetched.scheduled?.items ?? [])]);
    const held = heldPlans(fetched.items, plans);
    if (held.length === 0 && !isKnown) return undefined;
    const scheduled = ofCatalogue(fetched.scheduled, plans);
    return { accountId, fetched: { ...fetched, scheduled }, held, invoices: [], livemode: this.stripe.livemode };
  }

  /** A product whose id looks like a plan's need not be one: packs can have recurring prices, and ids can be copied. */
  private async plansAmong(items: readonly { plan: string | null }[]): Promise<Set<string>> {
    const plans = new Set<string>();
    for (const plan of new Set(items.flatMap((item) => item.plan ?? [])))
      if ((await this.catalog.find(plan))?.kind === 'plan') plans.add(plan);
    return plans;
  }

  /**
   * With all its paid invoices, also those whose events never came: what one of them gives depends on those before it.
   * The invoices are asked for first, so that the subscription is at least as new as they are.
   */
  async fetchAll(stripeSubscriptionId: string): Promise<Billing | undefined> {
    const invoices = await this.paidInvoicesOf(stripeSubscriptionId);
    const billing = await this.fetch(stripeSubscriptionId);
    return billing === undefined ? undefined : { ...billing, invoices };
  }

  /** In the order in which they were paid. @throws StripeUnavailable, StripeRefused */
  async paidInvoicesOf(stripeSubscriptionId: string): Promise<StripeInvoice[]> {
    const invoices = await this.stripe.listPaidInvoices(stripeSubscriptionId);
    const adopted = await this.adoptedPlans.among(invoices.flatMap(({ lines }) => lines.map(productOf)));
    return invoices.map((one) => ({ ...one, lines: withPlans(one.lines, adopted) }));
  }

  private async withAdopted(fetched: StripeSubscription): Promise<StripeSubscription> {
    return { ...fetched, items: withPlans(fetched.items, await this.adoptedPlans.among(fetched.items.map(productOf))) };
  }
}

function productOf({ stripeProductId }: { stripeProductId: string | null }): string | null {
  return stripeProductId;
}

function ofCatalogue(
  scheduled: StripeSubscription['scheduled'],
  plans: ReadonlySet<string>,
): StripeSubscription['scheduled'] {
  return scheduled === null ? null : { ...scheduled, items: scheduled.items.filter(({ plan }) => plans.has(plan)) };
}
