import { Injectable } from '@nestjs/common';
import { CatalogQueries } from '../catalog/catalog.queries.js';
import { StripeBilling } from '../stripe/billing/billing.gateway.js';
import type { StripeInvoice, StripeSubscription } from '../stripe/objects/billing-objects.js';
import { AdoptedPlans, withPlans } from './mirror/adopted-plans.js';
import { type HeldPlan, heldPlans } from './mirror/held-plan.js';
import { SubscriptionsQueries } from './subscriptions.queries.js';

/** A subscription of ours as Stripe has it now. */
export interface Billing {
  accountId: string;
  /** With what is scheduled as far as it is of ours. */
  fetched: StripeSubscription;
  /** What it holds of ours, which may be nothing any more. */
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
   * The subscription alone; undefined when it is none of ours. It is once it is an account's and holds a plan of ours,
   * and from then on to its end, whatever it is moved to. @throws StripeUnavailable, StripeRefused
   */
  async fetch(stripeSubscriptionId: string): Promise<Billing | undefined> {
    const fetched = await this.withAdopted(await this.stripe.fetchSubscription(stripeSubscriptionId));
    const { accountId, isKnown } = await this.subscriptions.ownerOf(fetched);
    if (accountId === undefined) return undefined;
    const plans = await this.plansAmong([...fetched.items, ...(fetched.scheduled?.items ?? [])]);
    const held = heldPlans(fetched.items, plans);
    if (held.length === 0 && !isKnown) return undefined;
    const scheduled = ofOurs(fetched.scheduled, plans);
    return { accountId, fetched: { ...fetched, scheduled }, held, invoices: [], livemode: this.stripe.livemode };
  }

  /** Somebody may have made prices of a pack that recur, or products with names like ours. */
  private async plansAmong(items: readonly { plan: string | null }[]): Promise<Set<string>> {
    const plans = new Set<string>();
    for (const plan of new Set(items.flatMap((item) => item.plan ?? [])))
      if ((await this.catalog.find(plan))?.kind === 'plan') plans.add(plan);
    return plans;
  }

  /**
   * With all its paid invoices: what one of them gives depends on those before it, and one that we have not heard of is
   * not left out. The invoices are asked for first, so that the subscription is at least as new as they are.
   */
  async fetchAll(stripeSubscriptionId: string): Promise<Billing | undefined> {
    const invoices = await this.stripe.listPaidInvoices(stripeSubscriptionId);
    const billing = await this.fetch(stripeSubscriptionId);
    if (billing === undefined) return undefined;
    const adopted = await this.adoptedPlans.among(invoices.flatMap(({ lines }) => lines.map(productOf)));
    return { ...billing, invoices: invoices.map((one) => ({ ...one, lines: withPlans(one.lines, adopted) })) };
  }

  private async withAdopted(fetched: StripeSubscription): Promise<StripeSubscription> {
    return { ...fetched, items: withPlans(fetched.items, await this.adoptedPlans.among(fetched.items.map(productOf))) };
  }
}

function productOf({ stripeProductId }: { stripeProductId: string | null }): string | null {
  return stripeProductId;
}

function ofOurs(
  scheduled: StripeSubscription['scheduled'],
  plans: ReadonlySet<string>,
): StripeSubscription['scheduled'] {
  return scheduled === null ? null : { ...scheduled, items: scheduled.items.filter(({ plan }) => plans.has(plan)) };
}
