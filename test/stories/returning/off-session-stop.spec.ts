import { useScrip } from '../../support/service/scrip.js';
import {
  closeDispute,
  type DisputeWishes,
  disputePayment,
  escalateInquiry,
  everythingIsHeard,
  warnOfFraud,
} from '../../support/shop/bank.js';
import { anAccount, balanceOf, boughtPack } from '../../support/shop/shop.js';

const scrip = useScrip();
afterEach(async () => {
  await everythingIsHeard(scrip);
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

async function boughtBy(accountId: string) {
  const order = await boughtPack(scrip, accountId);
  await everythingIsHeard(scrip);
  return order;
}

async function disputed(order: { paymentIntentId: string }, wishes: DisputeWishes = {}): Promise<string> {
  const { id } = await disputePayment(scrip, order.paymentIntentId, wishes);
  await everythingIsHeard(scrip);
  return id;
}

async function closed(stripeDisputeId: string, outcome: 'won' | 'lost') {
  await closeDispute(scrip, stripeDisputeId, outcome);
  await everythingIsHeard(scrip);
}

/** Why saved cards of the account must not be charged; undefined while they may. */
async function stopOf(accountId: string): Promise<string | undefined> {
  return (await scrip.call('GET', `/v1/accounts/${accountId}`)).body.offSessionStop?.reason;
}

describe('a stop that a person clears', () => {
  const clearances = (accountId: string) => `/v1/accounts/${accountId}/off-session-clearances`;
  const clear = (accountId: string, idempotencyKey?: string) =>
    scrip.call('POST', clearances(accountId), { reason: 'it was their own card' }, { idempotencyKey });

  it('is written down with who and why, and stays cleared whatever is heard of the same again', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtBy(accountId);
    await warnOfFraud(scrip, order.paymentIntentId);
    await closed(await disputed(order), 'lost');
    expect(await stopOf(accountId)).toBe('dispute');
    const answer = await clear(accountId, 'cleared');
    expect(answer).toMatchObject({
      status: 201,
      body: { accountId, stop: 'dispute', reason: 'it was their own card', actor: expect.stringMatching(/^key_/) },
    });
    expect(await stopOf(accountId)).toBeUndefined();
    expect((await clear(accountId, 'cleared')).headers.get('idempotency-replayed')).toBe('true');
    const events = await scrip.sql(`select id from stripe_events where type like 'charge.dispute.%'`);
    for (const { id } of events) await scrip.call('POST', `/v1/stripe-events/${id}/replay`);
    await everythingIsHeard(scrip);
    expect(await stopOf(accountId)).toBeUndefined();
    expect((await scrip.call('GET', clearances(accountId))).body).toEqual({ data: [answer.body], nextCursor: null });
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });

  it('comes back with a new dispute, and with one that gets worse', async () => {
    const accountId = await anAccount(scrip);
    const [order, other] = [await boughtBy(accountId), await boughtBy(accountId)];
    const inquiry = await disputed(order, { inquiry: true });
    await clear(accountId);
    await escalateInquiry(scrip, inquiry);
    await everythingIsHeard(scrip);
    expect(await stopOf(accountId)).toBe('dispute');
    await clear(accountId);
    await closed(inquiry, 'lost');
    expect(await stopOf(accountId)).toBe('dispute');
    await clear(accountId);
    await disputed(other);
    expect(await stopOf(accountId)).toBe('dispute');
  });

  it('is one that there is, of an account that there is, with a reason, by an operator', async () => {
    const accountId = await anAccount(scrip);
    expect((await clear(accountId)).body).toMatchObject({ status: 409, type: '/problems/off-session-not-stopped' });
    expect((await clear('nobody')).body).toMatchObject({ status: 404, type: '/problems/account-not-found' });
    expect((await scrip.call('POST', clearances(accountId), {})).status).toBe(400);
    const seller = (await scrip.call('POST', '/v1/api-keys', { name: 'a seller', scopes: ['sell', 'read'] })).body;
    const asked = { reason: 'let me in' };
    expect((await scrip.call('POST', clearances(accountId), asked, { key: seller.key })).status).toBe(403);
  });
});
