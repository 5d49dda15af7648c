import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { closeDispute, disputePayment, everythingIsHeard, settleRefund, warnOfFraud } from '../../support/shop/bank.js';
import { leadsTo } from '../../support/shop/pay-page.js';
import {
  aCheckout,
  anAccount,
  balanceOf,
  boughtPack,
  entriesOf,
  orderOf,
  orderReaches,
  payAt,
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

/** The SDK itself asks three times. */
const WHOLE_CALL = 3;

const scrip = useScrip({ STRIPE_EVENT_MAX_ATTEMPTS: '3' });
afterEach(async () => {
  await webhooks(scrip, 'drop');
  await webhooks(scrip, 'deliver');
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

/** A pack that is paid and of which no event has arrived. */
async function paidInSilence(accountId: string) {
  await webhooks(scrip, 'hold');
  const checkout = await aCheckout(scrip, accountId);
  await payAt(checkout.url);
  return { ...checkout, paymentIntentId: await paymentOf(checkout.checkoutSessionId) };
}

async function paymentOf(checkoutSessionId: string): Promise<string> {
  return String((await stripeOf(scrip).checkout.sessions.retrieve(checkoutSessionId)).payment_intent);
}

/** A payment of a link, of which no event has arrived: there is no order for it yet. */
async function paidByLinkInSilence(accountId: string) {
  await webhooks(scrip, 'hold');
  const { body } = await scrip.call('POST', '/v1/payment-links', { product: 'basic', accountId });
  const page = leadsTo(await fetch(body.url, { redirect: 'manual' }));
  await payAt(page);
  const checkoutSessionId = page.split('/').at(-1) ?? '';
  return { checkoutSessionId, paymentIntentId: await paymentOf(checkoutSessionId) };
}

async function onlyOrderOf(accountId: string) {
  const { body } = await scrip.call('GET', `/v1/orders?accountId=${accountId}`);
  expect(body.data).toHaveLength(1);
  return body.data[0];
}

async function statusOf(eventId: string): Promise<string> {
  return (await scrip.call('GET', `/v1/stripe-events/${eventId}`)).body.status;
}

/** Delivers the event of this type about this object, and waits until it counts as handled. */
async function tell(type: Parameters<typeof eventAbout>[1], objectId: string): Promise<void> {
  const event = await eventAbout(scrip, type, objectId);
  await deliver(scrip, event);
  await eventually(
    () => statusOf(event.id),
    (status) => status === 'handled',
  );
}

describe('what is known before its grant', () => {
  it('a dispute waits, and is settled with the grant', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await paidInSilence(accountId);
    const { id } = await disputePayment(scrip, checkout.paymentIntentId);
    await tell('charge.dispute.funds_withdrawn', id);
    expect(await orderOf(scrip, checkout.orderId)).toMatchObject({
      status: 'pending',
      disputedMinor: 1000,
      reversedCredits: 0,
    });
    expect((await scrip.call('GET', `/v1/accounts/${accountId}`)).body.offSessionStop.reason).toBe('dispute');
    await tell('checkout.session.completed', checkout.checkoutSessionId);
    expect(await orderOf(scrip, checkout.orderId)).toMatchObject({ status: 'disputed', reversedCredits: 12 });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'dispute_reversal -12']);
  });

  it('a dispute that was won by then takes nothing', async () => {
    const accountId = await anAccount(scrip);
    const checkout = await paidInSilence(accountId);
    const { id } = await disputePayment(scrip, checkout.paymentIntentId);
    await closeDispute(scrip, id, 'won');
    await flush(scrip, 'reversed', 2);
    await inboxIsDrained(scrip);
    expect(await orderOf(scrip, checkout.orderId)).toMatchObject({ status: 'fulfilled', openDisputes: 0 });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('a failed refund takes nothing, though its failure is told before its making', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await everythingIsHeard(scrip);
    await webhooks(scrip, 'hold');
    const refund = await stripeOf(scrip).refunds.create({ payment_intent: order.paymentIntentId });
    const created = await eventAbout(scrip, 'refund.created', refund.id);
    await settleRefund(scrip, refund.id, 'failed');
    await tell('refund.failed', refund.id);
    await deliver(scrip, created);
    await inboxIsDrained(scrip);
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'fulfilled', refundedMinor: 0 });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    expect((await scrip.call('GET', `/v1/refunds?orderId=${order.id}`)).body.data).toMatchObject([
      { status: 'failed', failureReason: 'expired_or_canceled_card' },
    ]);
  });

  describe('where there is not even an order, as for a payment of a link', () => {
    it('is parked, counts as handled, and is settled with the grant', async () => {
      const accountId = await anAccount(scrip);
      const paid = await paidByLinkInSilence(accountId);
      const refund = await stripeOf(scrip).refunds.create({ payment_intent: paid.paymentIntentId, amount: 250 });
      const dispute = await disputePayment(scrip, paid.paymentIntentId, { amount: 500, withoutIntent: true });
      const warning = await warnOfFraud(scrip, paid.paymentIntentId);
      await tell('refund.created', refund.id);
      await tell('charge.dispute.created', dispute.id);
      await tell('radar.early_fraud_warning.created', warning.id);
      expect((await scrip.call('GET', `/v1/orders?accountId=${accountId}`)).body.data).toEqual([]);
      expect(await scrip.sql('select kind from parked_facts order by kind')).toEqual([
        { kind: 'dispute' },
        { kind: 'fraud_warning' },
        { kind: 'refund' },
      ]);

      await tell('checkout.session.completed', paid.checkoutSessionId);
      expect(await onlyOrderOf(accountId)).toMatchObject({
        status: 'disputed',
        refundedMinor: 250,
        disputedMinor: 500,
        reversedCredits: 9,
      });
      expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'refund_reversal -3', 'dispute_reversal -6']);
      expect(await scrip.sql('select 1 from parked_facts')).toEqual([]);
    });

    it('is not missed by a grant that is made at the same moment', async () => {
      for (let round = 0; round < 5; round += 1) {
        const accountId = await anAccount(scrip);
        const paid = await paidByLinkInSilence(accountId);
        const refund = await stripeOf(scrip).refunds.create({ payment_intent: paid.paymentIntentId });
        const events = [
          await eventAbout(scrip, 'checkout.session.completed', paid.checkoutSessionId),
          await eventAbout(scrip, 'payment_intent.succeeded', paid.paymentIntentId),
          await eventAbout(scrip, 'refund.created', refund.id),
        ];
        await Promise.all(events.map((event) => deliver(scrip, event)));
        await inboxIsDrained(scrip);
        expect(await onlyOrderOf(accountId)).toMatchObject({ status: 'refunded', reversedCredits: 12 });
        expect(await balanceOf(scrip, accountId)).toBe(0);
      }
      expect(await scrip.sql('select 1 from parked_facts')).toEqual([]);
    });
  });
});

describe('facts about money that went back', () => {
  it('count once, also when three of the same event come at once, or two events of one change', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await everythingIsHeard(scrip);
    await webhooks(scrip, 'hold');
    const refund = await stripeOf(scrip).refunds.create({ payment_intent: order.paymentIntentId, amount: 500 });
    const { id } = await disputePayment(scrip, order.paymentIntentId);
    for (const [type, about] of [
      ['refund.created', refund.id],
      ['charge.dispute.funds_withdrawn', id],
    ] as const) {
      const event = await eventAbout(scrip, type, about);
      const twin = { ...event, id: `${event.id}again` };
      await Promise.all([event, event, event, twin].map((told) => deliver(scrip, told)));
    }
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'refund_reversal -6', 'dispute_reversal -6']);
    expect((await scrip.call('GET', `/v1/disputes?orderId=${order.id}`)).body.data).toHaveLength(1);
  });

  it('end the same in whatever order they come', async () => {
    for (const order of ['created', 'reversed', 'shuffled'] as const) {
      const accountId = await anAccount(scrip);
      const checkout = await paidInSilence(accountId);
      const { id } = await disputePayment(scrip, checkout.paymentIntentId, { amount: 500 });
      await closeDispute(scrip, id, 'won');
      await stripeOf(scrip).refunds.create({ payment_intent: checkout.paymentIntentId, amount: 250 });
      const other = await disputePayment(scrip, checkout.paymentIntentId, { amount: 250 });
      await closeDispute(scrip, other.id, 'lost');
      await flush(scrip, order, 2);
      await inboxIsDrained(scrip);
      expect(await orderOf(scrip, checkout.orderId)).toMatchObject({
        status: 'disputed',
        refundedMinor: 250,
        disputedMinor: 250,
        openDisputes: 0,
        reversedCredits: 6,
      });
      expect(await balanceOf(scrip, accountId)).toBe(6);
    }
  });

  it('of a charge in all only check that no refund is missing', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await everythingIsHeard(scrip);
    await webhooks(scrip, 'hold');
    const stripe = stripeOf(scrip);
    const refund = await stripe.refunds.create({ payment_intent: order.paymentIntentId, amount: 500 });
    await tell('charge.refunded', String(refund.charge));
    await tell('refund.created', refund.id);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'refund_reversal -6']);
  });

  it('are settled although Stripe fails to show what they are about at first', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await everythingIsHeard(scrip);
    for (const path of ['/v1/refunds', '/v1/charges/*', '/v1/disputes/*', '/v1/radar/early_fraud_warnings/*'])
      await fault(scrip, { method: 'GET', path, times: WHOLE_CALL, status: 500 });
    await warnOfFraud(scrip, order.paymentIntentId);
    await stripeOf(scrip).refunds.create({ payment_intent: order.paymentIntentId, amount: 250 });
    await disputePayment(scrip, order.paymentIntentId);
    await everythingIsHeard(scrip);
    const { body } = await scrip.call('GET', '/v1/stripe-events?limit=100');
    expect(body.data.some(({ attempts }: { attempts: number }) => attempts > 1)).toBe(true);
    expect(await orderOf(scrip, order.id)).toMatchObject({
      refundedMinor: 250,
      disputedMinor: 750,
      reversedCredits: 12,
    });
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });

  it('settle no order of the other mode', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await everythingIsHeard(scrip);
    await webhooks(scrip, 'hold');
    await scrip.sql('update orders set livemode = true where id = $1', [order.id]);
    const refund = await stripeOf(scrip).refunds.create({ payment_intent: order.paymentIntentId });
    const event = await eventAbout(scrip, 'refund.created', refund.id);
    await deliver(scrip, event);
    const shown = await eventually(
      async () => (await scrip.call('GET', `/v1/stripe-events/${event.id}`)).body,
      ({ status }) => status === 'dead',
      30_000,
    );
    expect(shown.lastError).toContain('was not made in test mode');
    expect(await orderOf(scrip, order.id)).toMatchObject({ status: 'fulfilled', refundedMinor: 0 });
    await scrip.sql('update orders set livemode = false where id = $1', [order.id]);
    await scrip.call('POST', `/v1/stripe-events/${event.id}/replay`);
    await orderReaches(scrip, order.id, 'refunded');
  });

  it('of a refund with our metadata count what Stripe says, not what was asked', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await everythingIsHeard(scrip);
    await scrip.sandbox('/_sandbox/faults', { method: 'POST', path: '/v1/refunds', times: 1, status: 400 });
    await scrip.call('POST', '/v1/refunds', { orderId: order.id }, { idempotencyKey: `refused-${order.id}` });
    const [refused] = (await scrip.call('GET', `/v1/refunds?orderId=${order.id}`)).body.data;
    expect(refused).toMatchObject({ status: 'failed', amountMinor: 1000 });
    await stripeOf(scrip).refunds.create({
      payment_intent: order.paymentIntentId,
      amount: 250,
      metadata: { scrip_refund_id: refused.id, scrip_order_id: order.id },
    });
    await orderReaches(scrip, order.id, 'partially_refunded');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12', 'refund_reversal -3']);
    expect((await scrip.call('GET', `/v1/refunds/${refused.id}`)).body).toMatchObject({
      status: 'succeeded',
      amountMinor: 250,
    });
  });
});
