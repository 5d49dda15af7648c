import type Stripe from 'stripe';
import type { TestScrip } from '../support/service/scrip.js';
import { leadsTo } from '../support/shop/pay-page.js';
import { reconciled } from '../support/shop/reconcile.js';
import { aCheckout, anAccount, payAt, refundOf, spendOf } from '../support/shop/shop.js';
import { deliver, inboxIsDrained, stripeOf } from '../support/shop/stripe-side.js';
import type { ModelOrder, ModelPurchase } from './money-model.js';
import type { Fate, MoneyRound, MoneyStep } from './money-steps.js';

/** How many deliveries are under way at once. */
const AT_ONCE = 6;
const CREDITS = { starter: 5, basic: 12, pro: 30 };
const NOW: Fate = { rank: 0, copies: 1, isTold: 'once', comes: 'now' };

interface Purchase {
  checkoutSessionId: string;
  paymentIntentId: string;
  credits: number;
  chargedMinor: number;
}

export interface OrderShown extends Omit<ModelOrder, 'settledCredits'> {
  id: string;
  checkoutSessionId: string;
  lapsedCredits: number;
  reversedCredits: number;
  shortfallCredits: number;
}

/** Plays one history on the service and at Stripe. Nothing is delivered but what the history itself delivers. */
export class MoneyHistory {
  readonly purchases: Purchase[] = [];
  spentCredits = 0;
  eventsDelivered = 0;
  /** What reconciliation has found of the events that were dropped. */
  findings = 0;
  private readonly stripe: Stripe;
  private readonly unusedRefundIds = new Set<string>();
  private readonly late: Stripe.Event[] = [];
  private dropped = 0;
  /** In whole seconds, as Stripe dates its objects. */
  private readonly begunAt = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString();

  private constructor(
    private readonly scrip: TestScrip,
    readonly accountId: string,
    private lastEventId: string | undefined,
  ) {
    this.stripe = stripeOf(scrip);
  }

  static async begin(scrip: TestScrip): Promise<MoneyHistory> {
    const { data } = await stripeOf(scrip).events.list({ limit: 1 });
    return new MoneyHistory(scrip, await anAccount(scrip), data[0]?.id);
  }

  async play({ steps, fates }: MoneyRound): Promise<void> {
    for (const step of steps) await this.take(step);
    const events = await this.newEvents();
    const told = events.map((event, index) => ({ event, fate: fates[index % fates.length] ?? NOW }));
    this.late.push(...told.filter(({ fate }) => fate.comes === 'late').map(({ event }) => event));
    this.dropped += told.filter(({ fate }) => fate.comes === 'dropped').length;
    await this.deliverAll(told.filter(({ fate }) => fate.comes === 'now'));
  }

  /** What was late comes last, and what was dropped is found. */
  async end(): Promise<void> {
    await this.deliverAll(this.late.map((event, rank) => ({ event, fate: { ...NOW, rank: -rank } })));
    if (this.dropped > 0) await this.findDropped();
  }

  /** The orders of its account, as the service shows them. */
  async orders(): Promise<OrderShown[]> {
    const { body } = await this.scrip.call('GET', `/v1/orders?accountId=${this.accountId}&limit=100`);
    return body.data;
  }

  /** Each purchase as Stripe has it now. */
  async atStripe(): Promise<ModelPurchase[]> {
    return Promise.all(
      this.purchases.map(async ({ credits, chargedMinor, paymentIntentId: payment_intent }) => {
        const { latest_charge: charge } = await this.stripe.paymentIntents.retrieve(payment_intent);
        const of = { charge: String(charge), limit: 100 };
        return {
          credits,
          chargedMinor,
          refunds: (await this.stripe.refunds.list({ payment_intent, limit: 100 })).data,
          disputes: (await this.stripe.disputes.list(of)).data,
          warnings: (await this.stripe.radar.earlyFraudWarnings.list(of)).data,
          unusedRefundIds: this.unusedRefundIds,
        };
      }),
    );
  }

  /** A step that cannot be taken, such as a refund of what is back already, is refused and changes nothing. */
  private async take(step: MoneyStep): Promise<void> {
    switch (step.do) {
      case 'buy':
        return this.buy(step);
      case 'spend': {
        const { status } = await spendOf(this.scrip, this.accountId, step.amount);
        if (status === 201) this.spentCredits += step.amount;
        return;
      }
      case 'refund': {
        const purchase = this.purchase(step.which);
        const amountMinor = share(purchase.chargedMinor, step.percent);
        await this.refund(purchase, { amountMinor, policy: step.policy });
        return;
      }
      case 'refund unused': {
        const answer = await this.refund(this.purchase(step.which), { unusedOnly: true });
        if (answer?.status === 201) this.unusedRefundIds.add(answer.body.id);
        return;
      }
      case 'refund at Stripe': {
        const { paymentIntentId, chargedMinor } = this.purchase(step.which);
        const refund = { payment_intent: paymentIntentId, amount: share(chargedMinor, step.percent) };
        await this.stripe.refunds.create(refund).catch(unlessRefused);
        return;
      }
      case 'slow down refunds':
        return this.bankDoes('/_sandbox/refunds/course', {
          paymentIntent: this.purchase(step.which).paymentIntentId,
          course: step.slow ? 'waits' : 'succeeds',
        });
      case 'end refund': {
        const refund = pick(await this.all((payment) => this.stripe.refunds.list(payment)), step.which);
        if (refund === undefined) return;
        return this.bankDoes(`/_sandbox/refunds/${refund.id}/settle`, { outcome: step.outcome });
      }
      case 'dispute': {
        const { paymentIntentId: paymentIntent, chargedMinor } = this.purchase(step.which);
        const { inquiry, withoutIntent } = step;
        const amount = share(chargedMinor, step.percent);
        return this.bankDoes('/_sandbox/disputes', { paymentIntent, amount, inquiry, withoutIntent });
      }
      case 'escalate': {
        const dispute = await this.dispute(step.which);
        return dispute && this.bankDoes(`/_sandbox/disputes/${dispute.id}/escalate`, {});
      }
      case 'close dispute': {
        const dispute = await this.dispute(step.which);
        return dispute && this.bankDoes(`/_sandbox/disputes/${dispute.id}/close`, { outcome: step.outcome });
      }
      case 'warn':
        return this.bankDoes('/_sandbox/fraud-warnings', {
          paymentIntent: this.purchase(step.which).paymentIntentId,
        });
    }
  }

  private async buy({ product, by }: Extract<MoneyStep, { do: 'buy' }>): Promise<void> {
    const url = by === 'page' ? (await aCheckout(this.scrip, this.accountId, product)).url : await this.visit(product);
    await payAt(url);
    const checkoutSessionId = url.split('/').at(-1) ?? '';
    const session = await this.stripe.checkout.sessions.retrieve(checkoutSessionId);
    this.purchases.push({
      checkoutSessionId,
      paymentIntentId: String(session.payment_intent),
      credits: CREDITS[product],
      chargedMinor: session.amount_total ?? 0,
    });
  }

  /** Opens a page from a new payment link, as a browser does. */
  private async visit(product: string): Promise<string> {
    const { accountId } = this;
    const { body } = await this.scrip.call('POST', '/v1/payment-links', { product, accountId });
    return leadsTo(await fetch(body.url, { redirect: 'manual' }));
  }

  private async refund({ checkoutSessionId }: Purchase, body: Record<string, unknown>) {
    const order = (await this.orders()).find((known) => known.checkoutSessionId === checkoutSessionId);
    if (order === undefined) return undefined;
    const answer = await refundOf(this.scrip, { orderId: order.id, ...body });
    // Not credited yet, nothing left, nothing unused, or more than Stripe still has: all of them are refusals.
    expect([201, 409]).toContain(answer.status);
    return answer;
  }

  private purchase(which: number): Purchase {
    const purchase = pick(this.purchases, which);
    if (purchase === undefined) throw new Error('a history begins with a purchase');
    return purchase;
  }

  private async dispute(which: number): Promise<Stripe.Dispute | undefined> {
    const charges = await this.all((payment) => this.stripe.charges.list(payment));
    const disputes = await Promise.all(charges.map(({ id }) => this.stripe.disputes.list({ charge: id, limit: 100 })));
    return pick(
      disputes.flatMap(({ data }) => data),
      which,
    );
  }

  private async all<T>(list: (of: { payment_intent: string; limit: number }) => PromiseLike<{ data: T[] }>) {
    const lists = await Promise.all(
      this.purchases.map(({ paymentIntentId }) => list({ payment_intent: paymentIntentId, limit: 100 })),
    );
    return lists.flatMap(({ data }) => data);
  }

  private async bankDoes(path: string, body: object): Promise<void> {
    const { status } = await this.scrip.sandbox(path, body);
    expect(status).toBeLessThan(500);
  }

  /** What has happened since the last time, oldest first. */
  private async newEvents(): Promise<Stripe.Event[]> {
    const events: Stripe.Event[] = [];
    const since = this.lastEventId === undefined ? {} : { ending_before: this.lastEventId };
    for await (const event of this.stripe.events.list({ ...since, limit: 100 })) events.push(event);
    if (this.lastEventId === undefined) events.reverse();
    this.lastEventId = events.at(-1)?.id ?? this.lastEventId;
    return events;
  }

  private async deliverAll(told: { event: Stripe.Event; fate: Fate }[]): Promise<void> {
    const deliveries = told
      .toSorted((a, b) => a.fate.rank - b.fate.rank)
      .flatMap(({ event, fate }) => {
        const twin = { ...event, id: `${event.id}twin` };
        return [...Array.from({ length: fate.copies }, () => event), ...(fate.isTold === 'twice' ? [twin] : [])];
      });
    for (let next = 0; next < deliveries.length; next += AT_ONCE)
      await Promise.all(deliveries.slice(next, next + AT_ONCE).map((event) => this.deliver(event)));
    await inboxIsDrained(this.scrip);
  }

  private async deliver(event: Stripe.Event): Promise<void> {
    expect((await deliver(this.scrip, event)).status).toBe(200);
    this.eventsDelivered += 1;
  }

  /** Nobody told us: reconciliation finds it, repairs it, and then finds nothing any more. */
  private async findDropped(): Promise<void> {
    const repaired = await reconciled(this.scrip, { from: this.begunAt, repair: true });
    this.findings = repaired.findingCount;
    expect(repaired.findings.filter(({ repair }) => repair.status !== 'applied')).toEqual([]);
    expect((await reconciled(this.scrip, { from: this.begunAt })).findings).toEqual([]);
  }
}

function share(chargedMinor: number, percent: number): number {
  return Math.max(1, Math.floor((chargedMinor * percent) / 100));
}

function pick<T>(all: readonly T[], which: number): T | undefined {
  return all[which % all.length];
}

function unlessRefused(error: unknown): undefined {
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 400) return undefined;
  throw error;
}
