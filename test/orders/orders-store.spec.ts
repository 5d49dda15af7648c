import type { Tx } from '../../src/database/database.js';
import { credits } from '../../src/kernel/credits.js';
import { newId } from '../../src/kernel/ids.js';
import type { Order } from '../../src/orders/order.entity.js';
import { findOrder, findOrderOfCheckout } from '../../src/orders/orders.queries.js';
import {
  growOrder,
  insertOrder,
  linkSubscription,
  lockOrder,
  type NewOrder,
  storePayment,
  storeStanding,
} from '../../src/orders/orders.store.js';
import { expectLocks, undone } from '../support/database/undone.js';
import { useScrip } from '../support/service/scrip.js';
import { aCheckout, anAccount } from '../support/shop/shop.js';

const NOW = new Date('2026-11-21T09:30:00.000Z');
const LATER = new Date('2026-11-22T09:30:00.000Z');

const scrip = useScrip();
let accountId: string;
beforeAll(async () => {
  accountId = await anAccount(scrip);
});
function newOrder(changes: Partial<NewOrder> = {}): NewOrder {
  return {
    id: newId('ord', NOW),
    accountId,
    channel: 'checkout_session',
    sale: {
      productKey: 'basic',
      product: { name: 'Basic', kind: 'pack', credits: 12, validityDays: null, features: [] },
      quantity: 1,
      credits: credits(12),
      amountMinor: 1000n,
      currency: 'usd',
    },
    options: { promotionCodes: true, automaticTax: false, taxIds: false, terms: false, receiptEmail: 'a@example.com' },
    livemode: false,
    successUrl: 'https://app.example/thanks',
    cancelUrl: 'https://app.example/credits',
    ...changes,
  };
}

async function inserted(tx: Tx, changes: Partial<NewOrder> = {}): Promise<Order> {
  const order = newOrder(changes);
  await insertOrder(tx, order, NOW);
  return lockOrder(tx, order.id);
}

/** A paid one without credits, as an invoice makes it. */
async function paid(tx: Tx): Promise<Order> {
  const order = await inserted(tx);
  const purchase = { type: 'payment_intent', id: 'pi_1' };
  const payment = { chargedMinor: 900n, taxMinor: 0n, currency: 'usd', stripePaymentIntentId: 'pi_1', purchase };
  await storePayment(tx, order, { ...payment, credits: credits(0) }, NOW);
  return lockOrder(tx, order.id);
}

it('reads an order as it was written, whole numbers and moments too', async () => {
  const { id, ...written } = newOrder();
  const order = await undone(scrip, (tx) => inserted(tx, { id }));
  expect(order).toMatchObject({
    id,
    accountId,
    product: written.sale.product,
    options: written.options,
    credits: 12n,
    offerAmountMinor: 1000n,
    chargedMinor: null,
    refundedMinor: 0n,
    status: 'pending',
    purchase: null,
    idempotencyDigest: null,
    createdAt: NOW,
  });
});

it('takes an order that is older than an option for one that was not asked for it', async () => {
  const options = await undone(scrip, async (tx) => {
    const { id } = await inserted(tx);
    await tx.query(`update orders set payment_options = '{"automaticTax": true}' where id = $1`, [id]);
    return (await findOrder(tx, id))?.options;
  });
  const none = { promotionCodes: false, taxIds: false, terms: false, receiptEmail: null };
  expect(options).toEqual({ ...none, automaticTax: true });
});

it('locks an order against everybody else, even against who would only refer to it', async () => {
  const { orderId } = await aCheckout(scrip, accountId);
  await expectLocks(scrip, ['orders', 'id', orderId], (tx) => lockOrder(tx, orderId));
});

it('inserts one order of a session that was paid on a link, however often', async () => {
  const link = { paymentLinkId: 'lnk_1', stripeCheckoutSessionId: 'cs_1' };
  const [first, second, found] = await undone(scrip, async (tx) => {
    await tx.query('alter table orders drop constraint fk_orders_payment_link');
    const orders = [newOrder({ channel: 'payment_link', paidBy: link }), newOrder({ channel: 'payment_link' })];
    for (const order of orders) await insertOrder(tx, { ...order, paidBy: link }, NOW);
    return [...orders.map(({ id }) => id), (await findOrderOfCheckout(tx, 'cs_1'))?.id];
  });
  expect(found).toBe(first);
  expect(found).not.toBe(second);
});

it('refuses a second order of one idempotency key', async () => {
  const idempotency = { digest: Buffer.alloc(32, 1), fingerprint: Buffer.alloc(32, 2) };
  const twice = undone(scrip, async (tx) => {
    await inserted(tx, { idempotency });
    await inserted(tx, { idempotency });
  });
  await expect(twice).rejects.toMatchObject({ code: '23505' });
});

it('adds to what was granted for an order, and keeps its first grant', async () => {
  const order = await undone(scrip, async (tx) => {
    const { id: orderId } = await paid(tx);
    const growth = { orderId, credits: credits(30), grantId: 'grt_1', revivedCredits: credits(0) };
    await growOrder(tx, growth, NOW);
    await growOrder(tx, { ...growth, grantId: 'grt_2', revivedCredits: credits(5) }, LATER);
    await growOrder(tx, { ...growth, credits: credits(0), grantId: null }, LATER);
    return lockOrder(tx, orderId);
  });
  expect(order).toMatchObject({ credits: 60n, revivedCredits: 5n, grantId: 'grt_1', updatedAt: LATER });
  expect(order.purchase).toEqual({ type: 'payment_intent', id: 'pi_1' });
});

it('keeps the subscription that an order has begun first', async () => {
  const order = await undone(scrip, async (tx) => {
    const { id } = await inserted(tx);
    await linkSubscription(tx, id, 'sub_1', NOW);
    await linkSubscription(tx, id, 'sub_2', LATER);
    return lockOrder(tx, id);
  });
  expect(order).toMatchObject({ stripeSubscriptionId: 'sub_1', updatedAt: NOW });
});

it('says when an order stands elsewhere, and says nothing when it does not', async () => {
  const [same, other] = await undone(scrip, async (tx) => {
    const order = await paid(tx);
    const { refundedMinor, disputedMinor, openDisputes, status } = order;
    const { lapsedCredits, reversedCredits, shortfallCredits } = order;
    const credits = { lapsedCredits, reversedCredits, shortfallCredits };
    const standing = { refundedMinor, disputedMinor, openDisputes, status, ...credits };
    await storeStanding(tx, order, standing, LATER);
    const unchanged = await lockOrder(tx, order.id);
    await storeStanding(tx, order, { ...standing, refundedMinor: 400n, status: 'partially_refunded' }, LATER);
    return [unchanged, await lockOrder(tx, order.id)];
  });
  expect(same).toMatchObject({ status: 'fulfilled', updatedAt: NOW });
  expect(other).toMatchObject({ status: 'partially_refunded', refundedMinor: 400n, updatedAt: LATER });
});
