import type Stripe from 'stripe';
import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { bankSettles, fillInDebit } from '../../support/shop/pay-page.js';
import {
  aCheckout,
  anAccount,
  balanceOf,
  boughtPack,
  entriesOf,
  orderOf,
  orderReaches,
  payAt,
  returnPageOf,
} from '../../support/shop/shop.js';
import {
  deliver,
  eventAbout,
  fault,
  flush,
  inboxIsDrained,
  stripeOf,
  webhooks,
} from '../../support/shop/stripe-side.js';

/** How systems of this kind lost money when something was bought: each happened in public. */
const scrip = useScrip();
afterEach(async () => {
  await webhooks(scrip, 'drop');
  await webhooks(scrip, 'deliver');
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

/** A paid invoice that is none of ours. */
async function invoiceOfSomebody(): Promise<Stripe.Invoice> {
  const stripe = stripeOf(scrip);
  const price = { currency: 'usd', unit_amount: 700, recurring: { interval: 'month' as const } };
  const { id: sold } = await stripe.prices.create({ ...price, product_data: { name: 'Sold elsewhere' } });
  const { id: customer } = await stripe.customers.create({ email: 'somebody@example.com' });
  const { id: card } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const subscription = await stripe.subscriptions.create({
    customer,
    items: [{ price: sold }],
    default_payment_method: card,
    expand: ['latest_invoice'],
  });
  return subscription.latest_invoice as Stripe.Invoice;
}

/** A pack that is paid and of which no event has arrived. */
async function paidInSilence(accountId: string) {
  await webhooks(scrip, 'hold');
  const checkout = await aCheckout(scrip, accountId);
  await payAt(checkout.url);
  const completed = await eventAbout(scrip, 'checkout.session.completed', checkout.checkoutSessionId);
  return { ...checkout, completed };
}

async function eventReaches({ id }: Stripe.Event, status: string) {
  return eventually(
    async () => (await scrip.call('GET', `/v1/stripe-events/${id}`)).body,
    (event) => event.status === status,
  );
}

/** Lets every write to a table fail until `mend` is called. */
async function broken(table: string): Promise<{ mend: () => Promise<void> }> {
  await scrip.sql(`
    create or replace function break_of_a_test() returns trigger language plpgsql as
    $$ begin raise exception 'broken by a test'; end $$`);
  await scrip.sql(`create trigger broken_by_a_test before insert on ${table} execute function break_of_a_test()`);
  return {
    mend: async () => {
      await scrip.sql(`drop trigger broken_by_a_test on ${table}`);
    },
  };
}

describe('double credit', () => {
  it('a webhook that is replayed, by Stripe or by hand, credits nothing again', async () => {
    const accountId = await anAccount(scrip);
    const { completed, orderId } = await paidInSilence(accountId);
    await deliver(scrip, completed);
    await orderReaches(scrip, orderId, 'fulfilled');
    for (let time = 0; time < 3; time += 1) await deliver(scrip, completed);
    await scrip.call('POST', `/v1/stripe-events/${completed.id}/replay`);
    await scrip.sandbox('/_sandbox/events/repeat', { id: completed.id });
    await flush(scrip, 'created', 3);
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('the return page credits nothing, before the webhook and after it', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, completed } = await paidInSilence(accountId);
    const look = () => returnPageOf(scrip, orderId);
    await Promise.all(Array.from({ length: 5 }, look));
    expect(await entriesOf(scrip, accountId)).toEqual([]);
    await Promise.all([deliver(scrip, completed), ...Array.from({ length: 5 }, look)]);
    await orderReaches(scrip, orderId, 'fulfilled');
    await Promise.all(Array.from({ length: 5 }, look));
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('session, payment, charge and invoice of one purchase credit once', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, completed } = await paidInSilence(accountId);
    await flush(scrip, 'shuffled');
    await orderReaches(scrip, orderId, 'fulfilled');
    const { paymentIntentId } = await orderOf(scrip, orderId);
    const metadata = { scrip_order_id: orderId };
    // An invoice of another program, about which an event says that it was for this order.
    const invoice = { ...(await invoiceOfSomebody()), metadata, payment_intent: paymentIntentId };
    const paid = { ...completed, id: 'evt_invoice_of_a_test', type: 'invoice.paid', data: { object: invoice } };
    await deliver(scrip, paid);
    await inboxIsDrained(scrip);
    expect((await scrip.call('GET', `/v1/stripe-events/${paid.id}`)).body.status).toBe('ignored');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('the check for a duplicate stands under the lock: different events of one purchase, all at once', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, completed, checkoutSessionId } = await paidInSilence(accountId);
    const session = await stripeOf(scrip).checkout.sessions.retrieve(checkoutSessionId);
    const succeeded = await eventAbout(scrip, 'payment_intent.succeeded', String(session.payment_intent));
    const copies = [completed, succeeded].flatMap((event) =>
      Array.from({ length: 5 }, (_, copy) => ({ ...event, id: `${event.id}${copy}` })),
    );
    await Promise.all(copies.map((event) => deliver(scrip, event)));
    await orderReaches(scrip, orderId, 'fulfilled');
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('a purchase that was asked for twice, because the answer was lost, is charged once', async () => {
    const accountId = await anAccount(scrip);
    const ask = () =>
      scrip.call('POST', '/v1/checkout-sessions', { accountId, product: 'basic' }, { idempotencyKey: 'lost-answer' });
    await fault(scrip, { method: 'POST', path: '/v1/checkout/sessions', times: 3, cutAfterEffect: true });
    expect((await ask()).status).toBe(503);
    const [first, second] = [await ask(), await ask()];
    expect(second.body).toEqual(first.body);
    await payAt(first.body.url);
    await payAt(first.body.url);
    await orderReaches(scrip, first.body.orderId, 'fulfilled');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    expect((await stripeOf(scrip).charges.list({ limit: 100 })).data.filter(isOf(first.body.orderId))).toHaveLength(1);
  });
});

describe('paid, not credited', () => {
  it('an event is not done before its effect: what failed is tried again until it is credited', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, completed } = await paidInSilence(accountId);
    const grants = await broken('grants');
    await deliver(scrip, completed);
    expect(await eventReaches(completed, 'failed')).toMatchObject({ handledAt: null });
    expect(await orderOf(scrip, orderId)).toMatchObject({ status: 'pending', grantId: null });
    await grants.mend();
    await orderReaches(scrip, orderId, 'fulfilled');
    await eventReaches(completed, 'handled');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('an order is not fulfilled before its credits are there, nor credited before it is fulfilled', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, completed } = await paidInSilence(accountId);
    const entries = await broken('entry_rows');
    await deliver(scrip, completed);
    await eventReaches(completed, 'failed');
    expect([(await orderOf(scrip, orderId)).status, await balanceOf(scrip, accountId)]).toEqual(['pending', 0]);
    expect(await (await returnPageOf(scrip, orderId)).text()).toContain('Waiting for');
    await entries.mend();
    await orderReaches(scrip, orderId, 'fulfilled');
  });

  it('no 200 for an event that is not stored: Stripe delivers it again', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, completed } = await paidInSilence(accountId);
    const inbox = await broken('stripe_events');
    expect((await deliver(scrip, completed)).status).toBe(500);
    await inbox.mend();
    expect((await deliver(scrip, completed)).status).toBe(200);
    await orderReaches(scrip, orderId, 'fulfilled');
  });

  it('Stripe out of reach while an event is handled delays the credits and loses none', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, completed } = await paidInSilence(accountId);
    await fault(scrip, { method: 'GET', path: '/v1/checkout/sessions/*', times: 3, status: 500 });
    await deliver(scrip, completed);
    await orderReaches(scrip, orderId, 'fulfilled');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('success is not shown before it is stored', async () => {
    const accountId = await anAccount(scrip);
    const { orderId, completed } = await paidInSilence(accountId);
    const page = async () => (await returnPageOf(scrip, orderId)).text();
    expect(await page()).not.toContain('were added');
    await deliver(scrip, completed);
    await orderReaches(scrip, orderId, 'fulfilled');
    expect([await page(), await balanceOf(scrip, accountId)]).toEqual([
      expect.stringContaining('12 credits were added'),
      12,
    ]);
  });

  it('a completed session is looked at for whether it was paid, and the event is not believed', async () => {
    const accountId = await anAccount(scrip);
    await webhooks(scrip, 'hold');
    const { orderId, url, checkoutSessionId } = await aCheckout(scrip, accountId);
    await fillInDebit(url);
    const completed = await eventAbout(scrip, 'checkout.session.completed', checkoutSessionId);
    const session = completed.data.object as Stripe.Checkout.Session;
    const lie = { ...session, payment_status: 'paid', amount_total: 999_999 };
    await deliver(scrip, { ...completed, data: { object: lie } });
    await orderReaches(scrip, orderId, 'processing');
    expect(await entriesOf(scrip, accountId)).toEqual([]);
    const { payment_intent: payment } = await stripeOf(scrip).checkout.sessions.retrieve(checkoutSessionId);
    await bankSettles(scrip, String(payment), 'succeeded');
    await flush(scrip, 'created');
    expect(await orderReaches(scrip, orderId, 'fulfilled')).toMatchObject({ credits: 12, amountMinor: 1000 });
  });

  it('a page that is paid after it was believed expired, or given up, is credited all the same', async () => {
    for (const status of ['expired', 'failed', 'canceled']) {
      const accountId = await anAccount(scrip);
      const { orderId, completed } = await paidInSilence(accountId);
      await scrip.sql('update orders set status = $2 where id = $1', [orderId, status]);
      await deliver(scrip, completed);
      await orderReaches(scrip, orderId, 'fulfilled');
      expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    }
  });

  it('a payment in the other mode is not taken', async () => {
    const accountId = await anAccount(scrip);
    const { completed } = await paidInSilence(accountId);
    expect((await deliver(scrip, { ...completed, livemode: true })).body).toMatchObject({
      status: 400,
      type: '/problems/wrong-mode',
    });
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });

  it('who buys again while the first is being credited gets both', async () => {
    const accountId = await anAccount(scrip);
    await Promise.all(Array.from({ length: 4 }, () => boughtPack(scrip, accountId)));
    expect(await balanceOf(scrip, accountId)).toBe(48);
  });
});

function isOf(orderId: string) {
  return ({ metadata }: Stripe.Charge) => metadata.scrip_order_id === orderId;
}
