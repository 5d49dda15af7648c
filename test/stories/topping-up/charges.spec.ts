import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { disputePayment, everythingIsHeard } from '../../support/shop/bank.js';
import { balanceOf, entriesOf, givenCredits, refundOf, spendOf } from '../../support/shop/shop.js';
import { fault, stripeOf } from '../../support/shop/stripe-side.js';
import {
  anAccountWithCard,
  putTopUp,
  SAVED_CARDS,
  savesCard,
  topUpOf,
  topUpReaches,
} from '../../support/top-ups/top-ups.js';

const scrip = useScrip();

const DAY_SECONDS = 86_400;
const SUCCEEDED = 'auto_top_up.succeeded';

const balanceReaches = (accountId: string, balance: number) =>
  eventually(
    () => balanceOf(scrip, accountId),
    (now) => now === balance,
  );

const advance = async (seconds: number) => {
  const { status } = await scrip.call('POST', '/v1/test-clock/advance', { seconds });
  expect(status).toBe(200);
};

/** Every payment that Stripe has of an account. */
async function paymentsOf(accountId: string) {
  const [account] = await scrip.sql('select stripe_customer_id from accounts where id = $1', [accountId]);
  const { data } = await stripeOf(scrip).paymentIntents.list({ customer: String(account?.stripe_customer_id) });
  return data;
}

const waitsFor = (accountId: string, what: string) =>
  eventually(
    () => topUpOf(scrip, accountId),
    (topUp) => topUp.waitsFor === what,
  );

const eventsOf = async (accountId: string) =>
  (
    await scrip.sql<{ type: string }>(
      `select type from domain_events where account_id = $1 and type like 'auto_top_up.%' order by recorded_at, id`,
      [accountId],
    )
  ).map(({ type }) => type);

describe('an automatic top-up', () => {
  it('charges the saved card when it is switched on below the mark, and credits it as any purchase', async () => {
    const accountId = await anAccountWithCard(scrip);
    await givenCredits(scrip, accountId, 4);
    const put = await putTopUp(scrip, accountId);
    expect([put.status, put.body]).toEqual([200, expect.objectContaining({ enabled: true, status: 'ready' })]);
    await balanceReaches(accountId, 16);
    expect(await topUpReaches(scrip, accountId, 'ready')).toMatchObject({
      chargedThisMonthMinor: 1000,
      waitsFor: null,
      actionUrl: null,
    });
    const [payment, ...more] = await paymentsOf(accountId);
    expect(more).toEqual([]);
    expect(payment).toMatchObject({ status: 'succeeded', amount: 1000, setup_future_usage: null });
    const { data } = (await scrip.call('GET', `/v1/orders?accountId=${accountId}`)).body;
    expect(data).toMatchObject([{ status: 'fulfilled', product: 'basic', paymentIntentId: payment?.id }]);
    expect(await eventsOf(accountId)).toEqual([SUCCEEDED]);
  });

  it('charges nothing above the mark, and once when it is switched on ten times at once', async () => {
    const accountId = await anAccountWithCard(scrip);
    await givenCredits(scrip, accountId, 10);
    await putTopUp(scrip, accountId);
    await spendOf(scrip, accountId, 5);
    await Promise.all(Array.from({ length: 10 }, () => putTopUp(scrip, accountId)));
    await balanceReaches(accountId, 17);
    await everythingIsHeard(scrip);
    expect(await paymentsOf(accountId)).toHaveLength(1);
  });

  it('charges once where the answer of Stripe is lost', async () => {
    const accountId = await anAccountWithCard(scrip);
    await fault(scrip, { method: 'POST', path: '/v1/payment_intents', times: 3, cutAfterEffect: true });
    await putTopUp(scrip, accountId);
    await balanceReaches(accountId, 12);
    await topUpReaches(scrip, accountId, 'ready');
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    expect(await paymentsOf(accountId)).toHaveLength(1);
  });

  it('goes on after the interval below the mark, and stops at the third in an hour', async () => {
    const accountId = await anAccountWithCard(scrip);
    await putTopUp(scrip, accountId, { belowCredits: 100 });
    await balanceReaches(accountId, 12);
    await waitsFor(accountId, 'interval');
    await advance(600);
    await balanceReaches(accountId, 24);
    await advance(600);
    expect(await topUpReaches(scrip, accountId, 'paused')).toMatchObject({ pausedBecause: 'too_many_top_ups' });
    expect(await eventsOf(accountId)).toEqual([SUCCEEDED, SUCCEEDED, 'auto_top_up.paused']);
  });

  it('waits for the next month at the cap, which neither a refund nor switching off lowers', async () => {
    const accountId = await anAccountWithCard(scrip);
    const cap = { belowCredits: 13, maxPerMonth: { amountMinor: 1500 } };
    await putTopUp(scrip, accountId, cap);
    await balanceReaches(accountId, 12);
    await advance(600);
    const waiting = await topUpOf(scrip, accountId);
    expect(waiting).toMatchObject({ status: 'ready', waitsFor: 'monthly_cap', chargedThisMonthMinor: 1000 });
    expect(new Date(waiting.nextAttemptAt).getUTCDate()).toBe(1);
    await scrip.call('DELETE', `/v1/accounts/${accountId}/auto-top-up`);
    expect(await topUpOf(scrip, accountId)).toMatchObject({ enabled: false, status: 'off' });
    await putTopUp(scrip, accountId, cap);
    await everythingIsHeard(scrip);
    expect(await paymentsOf(accountId)).toHaveLength(1);
    await advance(32 * DAY_SECONDS);
    await balanceReaches(accountId, 24);
  });
});

describe('a declined top-up', () => {
  it('is tried again after an hour, and not before; another card is tried at once', async () => {
    const accountId = await anAccountWithCard(scrip, SAVED_CARDS.declinedLater);
    await putTopUp(scrip, accountId);
    const waiting = await waitsFor(accountId, 'next_try');
    expect(waiting).toMatchObject({ status: 'ready', chargedThisMonthMinor: 0 });
    await advance(1800);
    expect(await paymentsOf(accountId)).toHaveLength(1);
    await advance(1900);
    expect(await paymentsOf(accountId)).toHaveLength(2);
    await savesCard(scrip, accountId, SAVED_CARDS.succeeds);
    await balanceReaches(accountId, 12);
    expect((await paymentsOf(accountId)).map(({ status }) => status)).toEqual(['succeeded', 'canceled', 'canceled']);
  });

  it('is tried four times in all, then pauses, and goes on when it is resumed', async () => {
    const accountId = await anAccountWithCard(scrip, SAVED_CARDS.declinedLater);
    await putTopUp(scrip, accountId);
    for (const days of [1, 2, 4]) await advance(days * DAY_SECONDS);
    expect(await topUpReaches(scrip, accountId, 'paused')).toMatchObject({ pausedBecause: 'declined_too_often' });
    await advance(10 * DAY_SECONDS);
    expect(await paymentsOf(accountId)).toHaveLength(4);
    await savesCard(scrip, accountId, SAVED_CARDS.succeeds);
    expect(await topUpOf(scrip, accountId)).toMatchObject({ status: 'paused' });
    await scrip.call('POST', `/v1/accounts/${accountId}/auto-top-up/resume`);
    await balanceReaches(accountId, 12);
  });

  it('for good pauses at once: a card that was stolen is never charged again', async () => {
    const accountId = await anAccountWithCard(scrip);
    const stolen = { code: 'card_declined', declineCode: 'stolen_card', message: 'Your card was declined.' };
    const { data } = (await scrip.call('GET', `/v1/accounts/${accountId}/payment-methods`)).body;
    await scrip.sql(`update sandbox.objects set hidden = jsonb_set(hidden, '{behaviour,decline}', $2) where id = $1`, [
      data[0].id,
      JSON.stringify(stolen),
    ]);
    await putTopUp(scrip, accountId);
    expect(await topUpReaches(scrip, accountId, 'paused')).toMatchObject({ pausedBecause: 'declined_for_good' });
    await advance(5 * DAY_SECONDS);
    expect((await paymentsOf(accountId)).map(({ status }) => status)).toEqual(['canceled']);
    expect(await eventsOf(accountId)).toEqual(['auto_top_up.failed', 'auto_top_up.paused']);
  });

  it('that was never asked for, since Stripe was away, is not made up for once top-ups are switched off', async () => {
    const accountId = await anAccountWithCard(scrip);
    await fault(scrip, { method: 'POST', path: '/v1/payment_intents', times: 3, status: 500 });
    await putTopUp(scrip, accountId);
    await topUpReaches(scrip, accountId, 'charging');
    await scrip.call('DELETE', `/v1/accounts/${accountId}/auto-top-up`);
    await eventually(
      async () => (await scrip.call('GET', `/v1/orders?accountId=${accountId}`)).body.data[0]?.status,
      (status) => status === 'canceled',
    );
    expect(await paymentsOf(accountId)).toEqual([]);
    expect(await topUpOf(scrip, accountId)).toMatchObject({ status: 'off', chargedThisMonthMinor: 0 });
  });

  it('is not tried once top-ups are switched off', async () => {
    const accountId = await anAccountWithCard(scrip, SAVED_CARDS.declinedLater);
    await putTopUp(scrip, accountId);
    await waitsFor(accountId, 'next_try');
    await putTopUp(scrip, accountId, { enabled: false });
    await advance(10 * DAY_SECONDS);
    expect(await paymentsOf(accountId)).toHaveLength(1);
    expect(await topUpOf(scrip, accountId)).toMatchObject({ status: 'off', nextAttemptAt: null });
  });
});

describe('money that goes back', () => {
  const toppedUp = async () => {
    const accountId = await anAccountWithCard(scrip);
    await putTopUp(scrip, accountId);
    await balanceReaches(accountId, 12);
    const { data } = (await scrip.call('GET', `/v1/orders?accountId=${accountId}`)).body;
    return { accountId, order: data[0] };
  };

  it('pauses top-ups when it is that of one, and charges nothing by itself', async () => {
    const { accountId, order } = await toppedUp();
    await refundOf(scrip, { orderId: order.id });
    expect(await topUpReaches(scrip, accountId, 'paused')).toMatchObject({
      pausedBecause: 'refund',
      chargedThisMonthMinor: 1000,
    });
    await advance(3600);
    expect(await paymentsOf(accountId)).toHaveLength(1);
  });

  it('pauses them for a dispute, also after somebody resumes them while it stands', async () => {
    const { accountId, order } = await toppedUp();
    await disputePayment(scrip, order.paymentIntentId);
    expect(await topUpReaches(scrip, accountId, 'paused')).toMatchObject({ pausedBecause: 'dispute' });
    await scrip.call('POST', `/v1/accounts/${accountId}/auto-top-up/resume`);
    expect(await topUpReaches(scrip, accountId, 'paused')).toMatchObject({ pausedBecause: 'dispute' });
    expect(await paymentsOf(accountId)).toHaveLength(1);
  });
});
