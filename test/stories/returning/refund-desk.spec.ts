import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { everythingIsHeard, refundsWill, settleRefund } from '../../support/shop/bank.js';
import {
  aCheckout,
  anAccount,
  balanceOf,
  boughtPack,
  entriesOf,
  givenCredits,
  orderOf,
  refundOf,
  spendOf,
} from '../../support/shop/shop.js';
import { fault, stripeOf, webhooks } from '../../support/shop/stripe-side.js';

const REFUNDS = '/v1/refunds';
/** The SDK itself asks three times. */
const WHOLE_CALL = 3;

const scrip = useScrip();
afterEach(async () => {
  await webhooks(scrip, 'deliver');
  await everythingIsHeard(scrip);
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

async function previewOf(orderId: string) {
  return (await scrip.call('GET', `/v1/orders/${orderId}/refund-preview`)).body;
}

async function boughtAndSpent(accountId: string, spent: number) {
  const order = await boughtPack(scrip, accountId);
  await everythingIsHeard(scrip);
  if (spent > 0) await spendOf(scrip, accountId, spent);
  return order;
}

describe('the preview of a refund', () => {
  it('says what is unused, what that is worth, and what is left of the payment', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtAndSpent(accountId, 0);
    expect(await previewOf(order.id)).toEqual({
      unusedCredits: 12,
      refundableMinor: 1000,
      fullMinor: 1000,
      lapsedCredits: 0,
    });
    await spendOf(scrip, accountId, 7);
    expect(await previewOf(order.id)).toEqual({
      unusedCredits: 5,
      refundableMinor: 416,
      fullMinor: 1000,
      lapsedCredits: 0,
    });
    await refundOf(scrip, { orderId: order.id, amountMinor: 250, policy: 'remaining' });
    expect(await previewOf(order.id)).toEqual({
      unusedCredits: 2,
      refundableMinor: 166,
      fullMinor: 750,
      lapsedCredits: 0,
    });
  });

  it('counts the credits of this purchase alone, and none that jobs have put aside', async () => {
    const accountId = await anAccount(scrip);
    await givenCredits(scrip, accountId, 100, { priority: 100 });
    const order = await boughtAndSpent(accountId, 2);
    expect(await previewOf(order.id)).toMatchObject({ unusedCredits: 10 });
    await scrip.call('POST', '/v1/holds', { accountId, amount: 107 }, { idempotencyKey: randomUUID() });
    expect(await previewOf(order.id)).toEqual({
      unusedCredits: 3,
      refundableMinor: 250,
      fullMinor: 1000,
      lapsedCredits: 0,
    });
  });

  it('is refused where nothing was paid, and a refund where Stripe does not know the payment', async () => {
    const accountId = await anAccount(scrip);
    const { orderId } = await aCheckout(scrip, accountId);
    expect(await previewOf(orderId)).toMatchObject({ status: 409, type: '/problems/order-not-refundable' });
    const order = await boughtPack(scrip, accountId);
    await scrip.sql('update orders set livemode = true where id = $1', [order.id]);
    const { body } = await refundOf(scrip, { orderId: order.id, unusedOnly: true });
    expect(body).toMatchObject({ status: 409, type: '/problems/order-of-other-mode', keyLivemode: false });
    expect(await balanceOf(scrip, accountId)).toBe(12);
    expect(await previewOf('ord_none')).toMatchObject({ status: 404, type: '/problems/order-not-found' });
  });
});

describe('a refund of what is unused', () => {
  it('gives back what the preview said, and nobody has to work it out (Helicone PR 4728)', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtAndSpent(accountId, 7);
    const { refundableMinor } = await previewOf(order.id);
    const answer = await refundOf(scrip, { orderId: order.id, unusedOnly: true, reason: 'does not need the rest' });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ amountMinor: refundableMinor, status: 'succeeded' });
    expect(await balanceOf(scrip, accountId)).toBe(0);
    expect(await orderOf(scrip, order.id)).toMatchObject({
      status: 'partially_refunded',
      refundedMinor: 416,
      reversedCredits: 5,
      shortfallCredits: 0,
    });
    await everythingIsHeard(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'spend -7', 'refund_reversal -5']);
    expect((await scrip.call('GET', `/v1/refunds/${answer.body.id}`)).body).toMatchObject({
      unusedOnly: true,
      actor: expect.stringMatching(/^key_/),
      reason: 'does not need the rest',
    });
    expect((await refundOf(scrip, { orderId: order.id, unusedOnly: true })).body).toMatchObject({
      status: 409,
      type: '/problems/nothing-unused',
      unusedCredits: 0,
    });
  });

  it('takes the credits before Stripe is asked, so that nobody spends them in between', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtAndSpent(accountId, 7);
    await fault(scrip, { method: 'POST', path: REFUNDS, times: 1, delayMs: 1_500 });
    const refunding = refundOf(scrip, { orderId: order.id, unusedOnly: true });
    await eventually(
      () => balanceOf(scrip, accountId),
      (balance) => balance === 0,
    );
    expect((await spendOf(scrip, accountId, 1)).status).toBe(402);
    expect((await refunding).status).toBe(201);
  });

  it('or a spend comes first, never both: twenty at once share the credits with it', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtAndSpent(accountId, 0);
    const [refund, ...spends] = await Promise.all([
      refundOf(scrip, { orderId: order.id, unusedOnly: true }),
      ...Array.from({ length: 20 }, () => spendOf(scrip, accountId, 1)),
    ]);
    const spent = spends.filter(({ status }) => status === 201).length;
    expect(await balanceOf(scrip, accountId)).toBe(0);
    if (refund.status === 201) expect(refund.body.amountMinor).toBe(Math.floor((1000 * (12 - spent)) / 12));
    else expect([refund.body.type, spent]).toEqual(['/problems/nothing-unused', 12]);
  });

  it('gives the credits back when Stripe refuses', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtAndSpent(accountId, 7);
    await fault(scrip, { method: 'POST', path: REFUNDS, times: 1, status: 400 });
    expect((await refundOf(scrip, { orderId: order.id, unusedOnly: true })).status).toBe(409);
    expect(await entriesOf(scrip, accountId)).toEqual([
      'grant +12',
      'spend -7',
      'refund_reversal -5',
      'reinstatement +5',
    ]);
    expect(await previewOf(order.id)).toEqual({
      unusedCredits: 5,
      refundableMinor: 416,
      fullMinor: 1000,
      lapsedCredits: 0,
    });
  });

  it.each(['failed', 'canceled'] as const)('gives the credits back when it has %s on its way', async (outcome) => {
    const accountId = await anAccount(scrip);
    const order = await boughtAndSpent(accountId, 7);
    await refundsWill(scrip, order.paymentIntentId, 'waits');
    const { body } = await refundOf(scrip, { orderId: order.id, unusedOnly: true });
    expect(body).toMatchObject({ status: 'pending', amountMinor: 416 });
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'fulfilled', refundedMinor: 0, reversedCredits: 5 });
    expect(await previewOf(order.id)).toEqual({
      unusedCredits: 0,
      refundableMinor: 0,
      fullMinor: 584,
      lapsedCredits: 0,
    });
    const shown = (await scrip.call('GET', `/v1/refunds/${body.id}`)).body;
    await settleRefund(scrip, shown.stripeRefundId, outcome);
    await everythingIsHeard(scrip);
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'fulfilled', reversedCredits: 0 });
    expect(await balanceOf(scrip, accountId)).toBe(5);
  });

  it('settles once what was on its way for long', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtAndSpent(accountId, 7);
    await refundsWill(scrip, order.paymentIntentId, 'waits');
    const { body } = await refundOf(scrip, { orderId: order.id, unusedOnly: true });
    const shown = (await scrip.call('GET', `/v1/refunds/${body.id}`)).body;
    await settleRefund(scrip, shown.stripeRefundId, 'succeeded');
    await everythingIsHeard(scrip);
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'partially_refunded', refundedMinor: 416 });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'spend -7', 'refund_reversal -5']);
  });

  it.each([
    ['fails', { status: 500 }, WHOLE_CALL],
    ['asks for patience', { status: 429 }, 1],
    ['is busy', { status: 409 }, WHOLE_CALL],
    ['does it and hangs up', { cutAfterEffect: true }, WHOLE_CALL],
  ])('is taken once and made once when Stripe %s', async (_how, effect, times) => {
    const accountId = await anAccount(scrip);
    const order = await boughtAndSpent(accountId, 7);
    await webhooks(scrip, 'drop');
    const key = randomUUID();
    await fault(scrip, { method: 'POST', path: REFUNDS, times, ...effect });
    expect((await refundOf(scrip, { orderId: order.id, unusedOnly: true }, key)).status).toBe(503);
    expect(await balanceOf(scrip, accountId)).toBe(0);
    const again = await refundOf(scrip, { orderId: order.id, unusedOnly: true }, key);
    expect(again.body).toMatchObject({ status: 'succeeded', amountMinor: 416 });
    expect((await stripeOf(scrip).refunds.list({ payment_intent: order.paymentIntentId })).data).toHaveLength(1);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'spend -7', 'refund_reversal -5']);
  });
});
