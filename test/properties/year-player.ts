import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import type { TestScrip } from '../support/service/scrip.js';
import { aPriceAtStripe } from '../support/shop/dashboard.js';
import { aCheckout, anAccount, balanceOf, orderReaches, payAt, refundOf, spendOf } from '../support/shop/shop.js';
import { stripeOf } from '../support/shop/stripe-side.js';
import { askSubscription, subscriptionOf } from '../support/shop/subscribe.js';
import type { ModelPlans } from './year-invoices.js';
import { SubscriberModel } from './year-model.js';
import { paidInvoicesOf, toHeardSubscription } from './year-stripe.js';

/** What is sold for a month, and what for a year: that gives month by month. */
export const PLANS: ModelPlans = {
  'rolling-monthly': { credits: 10, rolloverCap: 4 },
  'basic-monthly': { credits: 20, rolloverCap: null },
  'pro-monthly': { credits: 50, rolloverCap: null },
  'team-monthly': { credits: 200, rolloverCap: null },
  'rolling-yearly': { credits: 10, rolloverCap: 4 },
  'basic-yearly': { credits: 20, rolloverCap: null },
  'pro-yearly': { credits: 50, rolloverCap: null },
};
const MONTHLY = Object.keys(PLANS).filter((key) => key.endsWith('-monthly'));
const YEARLY = Object.keys(PLANS).filter((key) => key.endsWith('-yearly'));
const BEHAVIOURS = ['always_invoice', 'create_prorations', 'none'] as const;
type Behaviour = (typeof BEHAVIOURS)[number];
type Interval = 'week' | 'month' | 'year';
const PACKS = { starter: 5, basic: 12 } as const;

/** A number from 0 up to, but not including, `below`. */
export type Dice = (below: number) => number;

/** One subscriber for a year: what they do to the service, and the model that is told the same. */
export class YearPlayer {
  readonly model = new SubscriberModel(PLANS);
  private readonly stripe: Stripe;
  private readonly packs = new Map<string, { charged: number; returned: number }>();
  private done: string[] = [];

  private constructor(
    private readonly scrip: TestScrip,
    private readonly dice: Dice,
    readonly accountId: string,
  ) {
    this.stripe = stripeOf(scrip);
  }

  static async begin(scrip: TestScrip, dice: Dice): Promise<YearPlayer> {
    const player = new YearPlayer(scrip, dice, await anAccount(scrip));
    await player.subscribe();
    // The catalogue makes the prices of all plans for it.
    await scrip.call('POST', '/v1/portal-sessions', { accountId: player.accountId });
    return player;
  }

  /** What was done, for a failure's message. */
  get history(): string {
    return this.done.join('; ');
  }

  /** Does one of the things that subscribers do. */
  async act(): Promise<void> {
    const acts: [weight: number, name: string, act: () => Promise<void>][] = [
      [6, 'spend', () => this.spend()],
      [2, 'buy', () => this.buy()],
      [3, 'change', () => this.change()],
      [2, 'switch', () => this.switchAtStripe('always_invoice')],
      [2, 'switch later', () => this.switchAtStripe('create_prorations')],
      [1, 'switch for nothing', () => this.switchAtStripe('none')],
      [1, 'seats', () => this.changeSeats()],
      [3, 'another plan beside', () => this.addPlan()],
      [2, 'one plan less', () => this.dropPlan()],
      [1, 'another one first', () => this.swapFirst()],
      [3, 'another interval', () => this.changeInterval()],
      [1, 'elsewhere', () => this.moveElsewhere()],
      [1, 'stop asking', () => this.stopAsking()],
      [2, 'ask again', () => this.changeAtStripe(() => ({ pause_collection: '' }))],
      [1, 'end some day', () => this.endSomeDay()],
      [2, 'trial', () => this.giveTrial()],
      [1, 'end trial', () => this.endTrial()],
      [3, 'begin in the past', () => this.beginInThePast()],
      [1, 'cancel', () => this.ask('cancel', this.dice(3) === 0 ? { now: true } : {})],
      [2, 'resume', () => this.ask('resume')],
      [2, 'subscribe', () => this.subscribe()],
      [1, 'bad card', () => this.payWith('pm_card_chargeCustomerFail')],
      [2, 'good card', () => this.payWith('pm_card_visa')],
      [1, 'pause', () => this.pause()],
      [1, 'refund', () => this.refund()],
    ];
    let left = this.dice(acts.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, name, act] of acts) {
      left -= weight;
      if (left >= 0) continue;
      this.note(name);
      await act();
      return;
    }
  }

  note(what: string): void {
    this.done.push(`${this.scrip.clock.now().toISOString().slice(0, 16)} ${what}`);
  }

  /** Tells the model what Stripe has charged by now, as the service has heard of it. */
  async learn(only?: string): Promise<void> {
    this.model.at(this.scrip.clock.now().getTime());
    for (const subscription of await this.subscriptions()) {
      if (only !== undefined && subscription.id !== only) continue;
      const invoices = await paidInvoicesOf(this.stripe, subscription.id);
      this.model.heard(toHeardSubscription(subscription), invoices, this.scrip.clock.now().getTime());
    }
    // What was heard of after its time is over already.
    this.model.at(this.scrip.clock.now().getTime());
  }

  async balance(): Promise<number> {
    return balanceOf(this.scrip, this.accountId);
  }

  private async subscriptions(): Promise<Stripe.Subscription[]> {
    const [row] = await this.scrip.sql<{ customer: string }>(
      'select stripe_customer_id as customer from accounts where id = $1',
      [this.accountId],
    );
    const { data } = await this.stripe.subscriptions.list({ customer: row?.customer, status: 'all', limit: 100 });
    return data.sort((a, b) => a.created - b.created);
  }

  /** Refused while there is a subscription, as far as the service has heard. */
  private async subscribe(): Promise<void> {
    const product = this.anyPlan();
    const asked = await this.scrip.call('POST', '/v1/checkout-sessions', { accountId: this.accountId, product });
    if (asked.status === 201) await payAt(asked.body.url);
  }

  private async spend(): Promise<void> {
    const available = await this.balance();
    if (available <= 0) return;
    const amount = 1 + this.dice(Math.min(available, 15));
    const answer = await spendOf(this.scrip, this.accountId, amount);
    if (answer.status !== 201) throw new Error(`not spent: ${JSON.stringify(answer.body)}`);
    this.model.at(this.scrip.clock.now().getTime());
    this.model.spend(amount);
  }

  private async buy(): Promise<void> {
    const product = this.dice(2) === 0 ? 'starter' : 'basic';
    const { orderId, url } = await aCheckout(this.scrip, this.accountId, product);
    await payAt(url);
    await this.scrip.sandbox('/_sandbox/webhooks/flush', { types: ['checkout.session.completed'], copies: 2 });
    const order = await orderReaches(this.scrip, orderId, 'fulfilled');
    this.packs.set(orderId, { charged: order.amountMinor, returned: 0 });
    this.model.at(this.scrip.clock.now().getTime());
    this.model.bought(orderId, PACKS[product], order.amountMinor);
  }

  private change(): Promise<void> {
    return this.ask('change', { plan: this.anyPlan() });
  }

  /** Whatever is refused changes nothing; what is done the service has looked at. */
  private async ask(verb: string, body: object = {}): Promise<void> {
    const { id } = await subscriptionOf(this.scrip, this.accountId);
    const answer = await askSubscription(this.scrip, this.accountId, verb, body);
    if (answer.status >= 500) throw new Error(`${verb}: ${JSON.stringify(answer.body)}`);
    this.done.push(`${JSON.stringify(body)} ${answer.status}`);
    if (answer.status === 200) await this.learn(id);
  }

  /** What a seller does in the dashboard: charged or given back at once, with the next period, or not at all. */
  private async switchAtStripe(proration_behavior: 'always_invoice' | 'create_prorations' | 'none'): Promise<void> {
    const plan = this.anyPlan();
    const interval = intervalOf(plan);
    const subscription = (await this.subscriptions()).at(-1);
    const items: Stripe.SubscriptionUpdateParams.Item[] = [];
    for (const [index, { id, quantity, price }] of (subscription?.items.data ?? []).entries()) {
      const product = index === 0 ? `scrip_${plan}` : String(price.product);
      items.push({ id, quantity, price: await this.priceOf(product, interval) });
    }
    await this.changeAtStripe(() => ({ items, proration_behavior }));
  }

  /** The same plans for a year or a week, or for a month again. */
  private async changeInterval(): Promise<void> {
    const other = this.dice(3) === 0 ? 'week' : 'year';
    const subscription = (await this.subscriptions()).at(-1);
    const items: Stripe.SubscriptionUpdateParams.Item[] = [];
    for (const { id, quantity, price } of subscription?.items.data ?? []) {
      const interval = price.recurring?.interval === 'month' ? other : 'month';
      items.push({ id, quantity, price: await this.priceOf(String(price.product), interval) });
    }
    await this.changeAtStripe(() => ({ items, proration_behavior: this.anyBehaviour() }));
  }

  /** Beside what there is, paid as often. Stripe refuses the same price twice. */
  private async addPlan(): Promise<void> {
    const held = (await this.subscriptions()).at(-1)?.items.data ?? [];
    const interval = held[0]?.price.recurring?.interval === 'year' ? 'year' : 'month';
    const price = await this.priceOf(`scrip_${this.anyPlan()}`, interval);
    const items = [{ price, quantity: 1 + this.dice(2) }];
    if (held.length < 3) await this.changeAtStripe(() => ({ items, proration_behavior: this.anyBehaviour() }));
  }

  private async dropPlan(): Promise<void> {
    const held = (await this.subscriptions()).at(-1)?.items.data ?? [];
    const id = held[this.dice(Math.max(1, held.length))]?.id;
    if (id === undefined || held.length < 2) return;
    const proration_behavior = this.anyBehaviour();
    const params = { items: [{ id, deleted: true }], proration_behavior };
    await this.changeAtStripe(() => params, ['active', 'past_due']);
  }

  /** The first plan is taken away and put behind the others. */
  private async swapFirst(): Promise<void> {
    const proration_behavior = this.anyBehaviour();
    await this.changeAtStripe(({ id, price, quantity }) => ({
      items: [
        { id, deleted: true },
        { price: price.id, quantity },
      ],
      proration_behavior,
    }));
  }

  private async changeSeats(): Promise<void> {
    const held = (await this.subscriptions()).at(-1)?.items.data ?? [];
    const id = held[this.dice(Math.max(1, held.length))]?.id;
    if (id !== undefined) await this.changeAtStripe(() => ({ items: [{ id, quantity: 1 + this.dice(3) }] }));
  }

  /** A price of a product by the month or the year: the catalogue's, or one that a seller makes in the dashboard. */
  private async priceOf(product: string, interval: Interval): Promise<string> {
    const { data } = await this.stripe.prices.list({ product, active: true, limit: 100 });
    const known = data.find(({ recurring }) => recurring?.interval === interval);
    if (known !== undefined) return known.id;
    const unit_amount = (data[0]?.unit_amount ?? 1500) * (interval === 'year' ? 10 : 1);
    const price = { currency: 'usd', product, unit_amount, recurring: { interval } };
    return (await this.stripe.prices.create(price)).id;
  }

  /** To a product that is sold by somebody else. The next switch brings it back. */
  private async moveElsewhere(): Promise<void> {
    const recurring = { interval: 'month' } as const;
    const price = await aPriceAtStripe(this.scrip, { unit_amount: 1300, recurring });
    await this.changeAtStripe(({ id }) => ({ items: [{ id, price }], proration_behavior: 'none' }));
  }

  private async stopAsking(): Promise<void> {
    const behavior = (['keep_as_draft', 'mark_uncollectible', 'void'] as const)[this.dice(3)] ?? 'void';
    await this.changeAtStripe(() => ({ pause_collection: { behavior } }));
  }

  private async endSomeDay(): Promise<void> {
    const cancel_at = Math.floor(this.scrip.clock.now().getTime() / 1000) + (5 + this.dice(40)) * 86_400;
    await this.changeAtStripe(() => ({ cancel_at, proration_behavior: 'none' }));
  }

  /** Given in the middle of a period, or longer than it was. */
  private async giveTrial(): Promise<void> {
    const trial_end = Math.floor(this.scrip.clock.now().getTime() / 1000) + (3 + this.dice(30)) * 86_400;
    const proration_behavior = this.dice(2) === 0 ? 'none' : 'create_prorations';
    await this.changeAtStripe(() => ({ trial_end, proration_behavior }), ['active', 'trialing']);
  }

  private async endTrial(): Promise<void> {
    const proration_behavior = this.anyBehaviour();
    await this.changeAtStripe(() => ({ trial_end: 'now', proration_behavior }), ['trialing']);
  }

  /** Months that are over are charged as well, and a part of one where the periods begin on another day. */
  private async beginInThePast(): Promise<void> {
    const before = await this.subscriptions();
    const customer = before.at(-1)?.customer;
    if (customer === undefined || before.some(({ ended_at }) => ended_at === null)) return;
    const method = await this.stripe.paymentMethods.attach('pm_card_visa', { customer: String(customer) });
    const plan = this.anyPlan();
    const price = await this.priceOf(`scrip_${plan}`, intervalOf(plan));
    const now = Math.floor(this.scrip.clock.now().getTime() / 1000);
    const begun = await this.stripe.subscriptions.create({
      customer: String(customer),
      items: [{ price, quantity: 1 + this.dice(2) }],
      default_payment_method: method.id,
      backdate_start_date: now - (1 + this.dice(100)) * 86_400,
      ...(this.dice(2) === 0 && { billing_cycle_anchor: now + (1 + this.dice(25)) * 86_400 }),
    });
    this.done.push(`since ${begun.start_date} ${begun.status}`);
  }

  /** Whatever Stripe refuses changes nothing. */
  private async changeAtStripe(
    params: (item: Stripe.SubscriptionItem) => Stripe.SubscriptionUpdateParams,
    statuses: readonly Stripe.Subscription.Status[] = ['active'],
  ): Promise<void> {
    const subscription = (await this.subscriptions()).at(-1);
    const [item] = subscription?.items.data ?? [];
    if (subscription === undefined || item === undefined || !statuses.includes(subscription.status)) return;
    const wanted = { payment_behavior: 'error_if_incomplete' as const, ...params(item) };
    const done = await this.stripe.subscriptions.update(subscription.id, wanted).catch(() => undefined);
    this.done.push(`${JSON.stringify(wanted)} ${done?.status ?? 'refused'}`);
  }

  private async payWith(card: string): Promise<void> {
    const subscription = (await this.subscriptions()).at(-1);
    if (subscription === undefined || subscription.ended_at !== null) return;
    const method = await this.stripe.paymentMethods.attach(card, { customer: String(subscription.customer) });
    await this.stripe.subscriptions.update(subscription.id, { default_payment_method: method.id });
  }

  private async pause(): Promise<void> {
    const subscription = (await this.subscriptions()).at(-1);
    if (subscription?.status !== 'active' || subscription.schedule !== null) return;
    await this.stripe.subscriptions.pause(subscription.id, { bill_for: { unused_time_from: { type: 'none' } } });
  }

  private async refund(): Promise<void> {
    const { data } = (await this.scrip.call('GET', `/v1/orders?accountId=${this.accountId}&limit=100`)).body;
    const paid = data.filter(
      ({ status, paymentIntentId }: { status: string; paymentIntentId: string | null }) =>
        (status === 'fulfilled' || status === 'partially_refunded') && paymentIntentId !== null,
    );
    const order = paid[this.dice(Math.max(1, paid.length))];
    if (order === undefined) return;
    const left = order.amountMinor - order.refundedMinor;
    const amountMinor = this.dice(2) === 0 ? left : 1 + this.dice(left);
    const answer = await refundOf(this.scrip, { orderId: order.id, amountMinor }, randomUUID());
    if (answer.status !== 201) throw new Error(`not refunded: ${JSON.stringify(answer.body)}`);
    this.done.push(`${amountMinor} of ${order.product}`);
    this.model.at(this.scrip.clock.now().getTime());
    this.model.refunded(this.packs.has(order.id) ? order.id : await this.invoiceOf(order.paymentIntentId), amountMinor);
  }

  private async invoiceOf(intent: string): Promise<string> {
    const payment = { type: 'payment_intent', payment_intent: intent } as const;
    const { data } = await this.stripe.invoicePayments.list({ payment });
    return String(data[0]?.invoice);
  }

  /** For a month, as most. */
  private anyPlan(): string {
    const keys = this.dice(5) === 0 ? YEARLY : MONTHLY;
    return keys[this.dice(keys.length)] ?? 'basic-monthly';
  }

  private anyBehaviour(): Behaviour {
    return BEHAVIOURS[this.dice(BEHAVIOURS.length)] ?? 'none';
  }
}

function intervalOf(plan: string): Interval {
  return plan.endsWith('-yearly') ? 'year' : 'month';
}
