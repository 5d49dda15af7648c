import type Stripe from 'stripe';
import type { StripeConnection } from '../../config/config.module.js';
import { addDays, type Clock } from '../../kernel/clock.js';
import { invariant } from '../../kernel/invariant.js';
import { askStripe } from '../client/ask-stripe.js';
import { StripeRefused } from '../client/stripe.problems.js';
import { createStripeClient, isLiveKey } from '../client/stripe-client.js';
import { amountOf, idOf, planOf, toChangeSums, toInvoice, toLine, toSubscription } from '../objects/billing-mappers.js';
import type { ChangePreview, StripeInvoice, StripeSubscription } from '../objects/billing-objects.js';
import type { StripeOffer } from '../objects/sale-objects.js';
import { StripePrices } from '../selling/prices.js';

/** Longer than a year: what a yearly plan was charged with is among it. */
const LATELY_DAYS = 400;
const PRICE_PARAMETER = 'items[0][price]';
const NEXT_PRICE_PARAMETER = 'phases[1][items][0][price]';
const PREVIEWED_PRICE_PARAMETER = 'subscription_details[items][0][price]';

/** A subscription as it is listed with its customer. */
export interface CustomerSubscription {
  stripeSubscriptionId: string;
  /** In Stripe's own words. */
  status: string;
  isOver: boolean;
  stripeProductIds: readonly string[];
}

/** What a change was decided on. */
export interface ChangedItem {
  stripeItemId: string;
  quantity: number;
  /** Null for a price that is no single amount. */
  unitAmountMinor: number | null;
  interval: string | null;
}

/** Somebody has changed the item at Stripe since a change of it was decided. Nothing was changed. */
export class ItemHasMoved extends Error {}

/** A change of plan, as it is asked for. */
export interface PlanChange {
  stripeSubscriptionId: string;
  from: ChangedItem;
  offer: StripeOffer;
  /** Names the change among all of this subscription. */
  name: string;
}

/**
 * All that is asked of Stripe about subscriptions that have begun. As with `StripeGateway`, asking again never does it
 * twice, and no method may be called inside a transaction. All throw StripeUnavailable and StripeRefused.
 */
export class StripeBilling {
  /** Whether real money moves. */
  readonly livemode: boolean;
  private readonly stripe: Stripe;
  private readonly prices: StripePrices;

  constructor(
    connection: StripeConnection,
    private readonly clock: Clock,
  ) {
    this.livemode = isLiveKey(connection.secretKey);
    this.stripe = createStripeClient(connection);
    this.prices = new StripePrices(this.stripe);
  }

  /** The subscription as it is now, whatever it holds. */
  async fetchSubscription(stripeSubscriptionId: string): Promise<StripeSubscription> {
    const askedAt = this.clock.now();
    const expand = ['latest_invoice'];
    const found = await askStripe(() => this.stripe.subscriptions.retrieve(stripeSubscriptionId, { expand }));
    return toSubscription(found, { scheduled: await this.scheduledOf(found), askedAt });
  }

  /** What a schedule of Stripe's changes to after the phase that runs, and when. */
  private async scheduledOf({ schedule }: Stripe.Subscription): Promise<StripeSubscription['scheduled']> {
    if (schedule === null) return null;
    const { phases, current_phase: current } = await askStripe(() =>
      this.stripe.subscriptionSchedules.retrieve(idOf(schedule)),
    );
    const next = phases.find(({ start_date: start }) => current !== null && start >= current.end_date);
    if (next === undefined) return null;
    const items = [];
    for (const { price } of next.items) {
      const found = await askStripe(() => this.stripe.prices.retrieve(idOf(price)));
      const plan = planOf(found.product);
      if (plan !== undefined) items.push({ plan, unitAmountMinor: amountOf(found) });
    }
    return { items, at: new Date(next.start_date * 1000) };
  }

  /** The invoice as it is now; undefined when it is of no subscription. */
  async fetchInvoice(stripeInvoiceId: string): Promise<StripeInvoice | undefined> {
    const expand = ['payments'];
    const invoice = await askStripe(() => this.stripe.invoices.retrieve(stripeInvoiceId, { expand }));
    return this.withAllLines(invoice);
  }

  /** All that a customer has and had, newest first. */
  async listSubscriptionsOf(stripeCustomerId: string): Promise<CustomerSubscription[]> {
    const listed = this.stripe.subscriptions.list({ customer: stripeCustomerId, status: 'all', limit: 100 });
    return askStripe(async () => {
      const subscriptions: CustomerSubscription[] = [];
      for await (const { id, status, ended_at: endedAt, items } of listed)
        subscriptions.push({
          stripeSubscriptionId: id,
          status,
          isOver: endedAt !== null || status === 'incomplete_expired',
          stripeProductIds: items.data.map(({ price }) => idOf(price.product)),
        });
      return subscriptions;
    });
  }

  /** All invoices of the subscription that were paid lately, in the order in which they were. */
  async listPaidInvoices(stripeSubscriptionId: string): Promise<StripeInvoice[]> {
    const since = addDays(this.clock.now(), -LATELY_DAYS);
    const listed = this.stripe.invoices.list({
      subscription: stripeSubscriptionId,
      status: 'paid',
      created: { gte: Math.floor(since.getTime() / 1000) },
      limit: 100,
      expand: ['data.payments'],
    });
    const paid: StripeInvoice[] = [];
    await askStripe(async () => {
      for await (const invoice of listed) {
        const mapped = await this.withAllLines(invoice);
        if (mapped !== undefined) paid.push(mapped);
      }
    });
    // Stripe lists the newest first; within one second only that says which was made before which.
    return paid
      .reverse()
      .sort((a, b) => Number(a.paidAt) - Number(b.paidAt) || Number(a.createdAt) - Number(b.createdAt));
  }

  /** The subscription that a payment is for; null for what is paid otherwise. */
  async findSubscriptionOf(stripePaymentIntentId: string): Promise<string | null> {
    const { data } = await askStripe(() =>
      this.stripe.invoicePayments.list({
        payment: { type: 'payment_intent', payment_intent: stripePaymentIntentId },
        limit: 1,
        expand: ['data.invoice'],
      }),
    );
    const invoice = data[0]?.invoice;
    if (invoice === undefined || typeof invoice === 'string' || invoice.deleted === true) return null;
    const subscription = invoice.parent?.subscription_details?.subscription ?? null;
    return subscription === null || typeof subscription === 'string' ? subscription : subscription.id;
  }

  /**
   * Changes the plan now and charges the difference for the rest of the period at once. When that cannot be paid
   * nothing changes. Looks at the item once more: Stripe has no call that changes what is still as it was.
   * @throws StripeRefused with `isOfPayment`, ItemHasMoved
   */
  async changeNow({ stripeSubscriptionId, from, offer, name }: PlanChange): Promise<void> {
    const item = namedItem(from);
    await this.assertUnmoved(from);
    await this.prices.use(offer, PRICE_PARAMETER, (price) =>
      askStripe(() =>
        this.stripe.subscriptions.update(
          stripeSubscriptionId,
          {
            items: [{ ...item, price }],
            proration_behavior: 'always_invoice',
            payment_behavior: 'error_if_incomplete',
          },
          { idempotencyKey: `change:${name}:${price}` },
        ),
      ),
    );
  }

  /**
   * Lets the next period be of another plan, by a schedule. Nothing is charged and nothing given back for this one.
   * Asked again, the last plan that was named counts.
   */
  async changeNextPeriod({ stripeSubscriptionId, from, offer, name }: PlanChange): Promise<void> {
    const subscription = await askStripe(() => this.stripe.subscriptions.retrieve(stripeSubscriptionId));
    const schedule = await this.ensureSchedule(subscription, name);
    const kept = keptInPhases(subscription);
    const { status, trial_end: trialEnd } = subscription;
    const trial = status === 'trialing' && trialEnd !== null && { trial_end: trialEnd };
    const current = currentPhaseOf(schedule);
    invariant(current !== undefined, `schedule ${schedule.id} is in one of its phases`);
    const items = current.items.map(({ price, quantity }) => ({ price: idOf(price), quantity }));
    const changed = subscription.items.data.find(({ id }) => id === from.stripeItemId)?.price.id ?? items[0]?.price;
    await this.prices.use(offer, NEXT_PRICE_PARAMETER, (price) =>
      askStripe(() =>
        this.stripe.subscriptionSchedules.update(schedule.id, {
          end_behavior: 'release',
          phases: [
            { ...kept, ...trial, items, start_date: current.start_date, end_date: current.end_date },
            {
              ...kept,
              items: items.map((item) => (item.price === changed ? { ...item, price } : item)),
              duration: { interval: offer.interval ?? 'month', interval_count: 1 },
              proration_behavior: 'none',
            },
          ],
        }),
      ),
    );
  }

  /**
   * Lets the next period be what this one is: a schedule of Stripe's lets go of the subscription, in whichever phase.
   */
  async keepNextPeriod(stripeSubscriptionId: string): Promise<void> {
    const { schedule } = await askStripe(() => this.stripe.subscriptions.retrieve(stripeSubscriptionId));
    if (schedule !== null) await askStripe(() => this.stripe.subscriptionSchedules.release(idOf(schedule)));
  }

  private async ensureSchedule(
    { id, schedule }: Stripe.Subscription,
    name: string,
  ): Promise<Stripe.SubscriptionSchedule> {
    if (schedule !== null) return askStripe(() => this.stripe.subscriptionSchedules.retrieve(idOf(schedule)));
    return askStripe(() =>
      this.stripe.subscriptionSchedules.create({ from_subscription: id }, { idempotencyKey: `schedule:${name}` }),
    );
  }

  /** What `changeNow` would charge, were it asked for now. */
  async previewChange(change: Omit<PlanChange, 'name'>): Promise<ChangePreview> {
    const { stripeSubscriptionId, from, offer } = change;
    const item = namedItem(from);
    const invoice = await this.prices.use(offer, PREVIEWED_PRICE_PARAMETER, (price) =>
      askStripe(() =>
        this.stripe.invoices.createPreview({
          subscription: stripeSubscriptionId,
          subscription_details: { items: [{ ...item, price }], proration_behavior: 'always_invoice' },
        }),
      ),
    );
    return {
      dueMinor: BigInt(invoice.amount_due),
      currency: invoice.currency,
      lines: invoice.lines.data.map(toLine),
      ...toChangeSums(invoice),
    };
  }

  private async assertUnmoved({ stripeItemId, quantity, unitAmountMinor, interval }: ChangedItem): Promise<void> {
    const item = await askStripe(() => this.stripe.subscriptionItems.retrieve(stripeItemId));
    const { price } = item;
    const isSame =
      (item.quantity ?? 1) === quantity &&
      price.unit_amount === unitAmountMinor &&
      (price.recurring?.interval ?? null) === interval;
    if (!isSame) throw new ItemHasMoved(`item ${stripeItemId} was changed at Stripe`);
  }

  /** Ends the subscription at once. Nothing is paid back. One that has ended stays so. */
  async cancelNow(stripeSubscriptionId: string): Promise<void> {
    await askStripe(() => this.stripe.subscriptions.cancel(stripeSubscriptionId)).catch(unlessEnded);
  }

  /** Lets the subscription end with its period, or go on after all. */
  async cancelAtPeriodEnd(stripeSubscriptionId: string, isToEnd: boolean): Promise<void> {
    await askStripe(() => this.stripe.subscriptions.update(stripeSubscriptionId, { cancel_at_period_end: isToEnd }));
  }

  /** Lets the invoices of a subscription be paid again. Those that were made meanwhile stay as they are. */
  async resumeCollection(stripeSubscriptionId: string): Promise<void> {
    await askStripe(() => this.stripe.subscriptions.update(stripeSubscriptionId, { pause_collection: '' }));
  }

  /** Lets a paused subscription go on: in the period that was paid for, or when that is over with a new one. */
  async resumePaused(stripeSubscriptionId: string, { isWithinPeriod }: { isWithinPeriod: boolean }): Promise<void> {
    const type = isWithinPeriod ? 'unchanged' : 'now';
    await askStripe(() => this.stripe.subscriptions.resume(stripeSubscriptionId, { billing_cycle_anchor: { type } }));
  }

  /** Stripe shows ten lines of an invoice with it. */
  private async withAllLines(invoice: Stripe.Invoice): Promise<StripeInvoice | undefined> {
    const mapped = toInvoice(invoice);
    if (mapped === undefined || !invoice.lines.has_more) return mapped;
    return askStripe(async () => {
      const lines = [];
      for await (const line of this.stripe.invoices.listLineItems(invoice.id, { limit: 100 })) lines.push(toLine(line));
      return { ...mapped, lines };
    });
  }
}

/** With how many there are of it: Stripe makes one of them when only another price is named. */
function namedItem({ stripeItemId: id, quantity }: ChangedItem) {
  return { id, quantity };
}

/** What stays for the subscription in every phase: Stripe drops what the phases do not name again. */
function keptInPhases({ discounts, automatic_tax: tax }: Stripe.Subscription) {
  return {
    ...(discounts.length > 0 && { discounts: discounts.map((discount) => ({ discount: idOf(discount) })) }),
    ...(tax.enabled && { automatic_tax: { enabled: true } }),
  };
}

/** The phase that runs. Those before it are over and cannot be named again; those after it are still to come. */
function currentPhaseOf({ phases, current_phase: now }: Stripe.SubscriptionSchedule) {
  return phases.find(({ start_date: start, end_date: end }) => start === now?.start_date && end === now.end_date);
}

function unlessEnded(error: unknown): void {
  if (error instanceof StripeRefused && error.facts.stripeCode === 'resource_missing') return;
  throw error;
}
