import { randomUUID } from 'node:crypto';
import { Database } from '../../../src/database/database.js';
import { evidenceQueue } from '../../../src/disputes/queue.js';
import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { disputePayment, everythingIsHeard } from '../../support/shop/bank.js';
import { anAccount, balanceOf, boughtPack } from '../../support/shop/shop.js';
import { type Fault, fault, stripeOf, webhooks } from '../../support/shop/stripe-side.js';

/** The SDK itself asks three times. */
const WHOLE_CALL = 3;

const scrip = useScrip();
afterEach(async () => {
  await webhooks(scrip, 'deliver');
  await everythingIsHeard(scrip);
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

async function aDispute() {
  const accountId = await anAccount(scrip);
  const order = await boughtPack(scrip, accountId);
  const { id: stripeDisputeId } = await disputePayment(scrip, order.paymentIntentId);
  await everythingIsHeard(scrip);
  const { body } = await scrip.call('GET', `/v1/disputes?orderId=${order.id}`);
  return { id: body.data[0].id as string, stripeDisputeId, accountId };
}

function answer(disputeId: string, body: object, idempotencyKey?: string, key?: string) {
  return scrip.call('POST', `/v1/disputes/${disputeId}/evidence`, body, { idempotencyKey, ...(key && { key }) });
}

async function atStripe(stripeDisputeId: string) {
  return stripeOf(scrip).disputes.retrieve(stripeDisputeId);
}

async function recorded(disputeId: string) {
  return scrip.sql('select status, actor from dispute_evidence where dispute_id = $1 order by id', [disputeId]);
}

async function runJobsNow(): Promise<void> {
  await scrip.sql(`update graphile_worker._private_jobs set run_at = now() where key like 'hand-over-evidence:%'`);
}

/** What a start does for evidence whose job is gone. */
async function startAgain(): Promise<void> {
  await scrip.sql(`delete from graphile_worker._private_jobs where key like 'hand-over-evidence:%'`);
  const requeue = () => scrip.running.app.get(Database).transaction((tx) => evidenceQueue.requeue(tx));
  expect([await requeue(), await requeue()]).toEqual([1, 0]);
}

function failing(stripeDisputeId: string, effect: Partial<Fault>): Promise<void> {
  return fault(scrip, { method: 'POST', path: `/v1/disputes/${stripeDisputeId}`, times: 1, ...effect });
}

describe('answering a dispute', () => {
  it('hands evidence to the bank, once', async () => {
    const { id, stripeDisputeId } = await aDispute();
    const given = await answer(id, { productDescription: 'Twelve credits', customerName: 'Ada' });
    expect(given.status).toBe(200);
    expect(given.body).toMatchObject({
      id,
      status: 'under_review',
      evidenceSubmittedAt: expect.stringMatching(/Z$/),
    });
    const { evidence, evidence_details: details } = await atStripe(stripeDisputeId);
    expect(evidence).toMatchObject({ product_description: 'Twelve credits', customer_name: 'Ada', receipt: null });
    expect(details.submission_count).toBe(1);
    expect((await answer(id, { customerName: 'Bob' })).body).toMatchObject({
      status: 409,
      type: '/problems/dispute-not-answerable',
      disputeStatus: 'under_review',
    });
    expect(await recorded(id)).toEqual([{ status: 'accepted', actor: expect.stringMatching(/^key_/) }]);
  });

  it('can be prepared bit by bit', async () => {
    const { id, stripeDisputeId } = await aDispute();
    const kept = await answer(id, { productDescription: 'Twelve credits', submit: false });
    expect(kept.body).toMatchObject({ status: 'needs_response', evidenceSubmittedAt: null });
    await answer(id, { customerName: 'Ada', submit: false });
    expect((await answer(id, { submit: false })).body).toMatchObject({ type: '/problems/validation-failed' });
    expect((await answer(id, {})).body).toMatchObject({ status: 'under_review' });
    const { evidence, evidence_details: details } = await atStripe(stripeDisputeId);
    expect(evidence).toMatchObject({ product_description: 'Twelve credits', customer_name: 'Ada' });
    expect(details.submission_count).toBe(1);
  });

  it('wins with evidence that wins, and the credits come back', async () => {
    const { id, accountId } = await aDispute();
    await answer(id, { uncategorizedText: 'winning_evidence' });
    await scrip.sandbox('/_sandbox/clock', { advanceSeconds: 10 });
    await everythingIsHeard(scrip);
    expect((await scrip.call('GET', `/v1/disputes/${id}`)).body).toMatchObject({
      status: 'won',
      evidenceSubmittedAt: expect.any(String),
    });
    expect(await balanceOf(scrip, accountId)).toBe(12);
  });

  it('is refused to keys without the scope, for unknown disputes, and with fields that there are not', async () => {
    const { id } = await aDispute();
    const { body } = await scrip.call('POST', '/v1/api-keys', { name: 'shop', scopes: ['read', 'sell', 'spend'] });
    expect((await answer(id, { customerName: 'Ada' }, undefined, body.key)).body).toMatchObject({
      status: 403,
      type: '/problems/insufficient-scope',
    });
    expect((await answer('dsp_none', { customerName: 'Ada' })).status).toBe(404);
    for (const wrong of [
      { receipt: 'file_1' },
      { customerName: '' },
      { customerName: 'x'.repeat(20_001) },
      { submit: 1 },
    ])
      expect((await answer(id, wrong)).body).toMatchObject({ status: 400, type: '/problems/validation-failed' });
    expect(await recorded(id)).toEqual([]);
  });

  it('is given once per idempotency key, also when asked ten times at once', async () => {
    const { id, stripeDisputeId } = await aDispute();
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => answer(id, { customerName: 'Ada' }, key)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(9);
    expect((await answer(id, { customerName: 'Bob' }, key)).body).toMatchObject({
      status: 422,
      type: '/problems/idempotency-key-reused',
    });
    expect((await atStripe(stripeDisputeId)).evidence_details.submission_count).toBe(1);
  });

  it.each([
    ['fails', { status: 500 }, WHOLE_CALL],
    ['asks for patience', { status: 429 }, 1],
    ['is busy', { status: 409 }, WHOLE_CALL],
    ['does it and hangs up', { cutAfterEffect: true }, WHOLE_CALL],
    ['does it and is busy', { status: 409, when: 'after' as const }, WHOLE_CALL],
    ['does it and asks for patience', { status: 429, when: 'after' as const }, 1],
  ])('is continued by the same key, and given once, when Stripe %s', async (_how, effect, times) => {
    const { id, stripeDisputeId } = await aDispute();
    await webhooks(scrip, 'drop');
    const key = randomUUID();
    await failing(stripeDisputeId, { times, ...effect });
    expect((await answer(id, { customerName: 'Ada' }, key)).body).toMatchObject({
      status: 503,
      type: '/problems/stripe-unavailable',
    });
    const again = await answer(id, { customerName: 'Ada' }, key);
    expect(again.body).toMatchObject({ status: 'under_review' });
    expect(again.headers.get('idempotency-replayed')).toBeNull();
    expect((await atStripe(stripeDisputeId)).evidence_details.submission_count).toBe(1);
    expect(await recorded(id)).toMatchObject([{ status: 'accepted' }]);
  });

  it.each(['during', 'after'] as const)('is given once around a fault that strikes %s its effect', async (when) => {
    const { id, stripeDisputeId } = await aDispute();
    await failing(stripeDisputeId, { status: 500, when });
    expect((await answer(id, { customerName: 'Ada' })).body).toMatchObject({ status: 'under_review' });
    expect((await atStripe(stripeDisputeId)).evidence_details.submission_count).toBe(1);
  });

  it('is finished by its job when nobody asks again, and by the next start when that is gone', async () => {
    for (const end of [runJobsNow, startAgain]) {
      const { id, stripeDisputeId } = await aDispute();
      await failing(stripeDisputeId, { status: 429 });
      expect((await answer(id, { customerName: 'Ada' })).status).toBe(503);
      expect(await recorded(id)).toMatchObject([{ status: 'requested' }]);
      await end();
      await eventually(
        () => recorded(id),
        ([evidence]) => evidence?.status === 'accepted',
      );
      expect((await atStripe(stripeDisputeId)).evidence_details.submission_count).toBe(1);
      expect((await scrip.call('GET', `/v1/disputes/${id}`)).body).toMatchObject({ status: 'under_review' });
    }
  });

  it('writes over nothing that was said later', async () => {
    const { id, stripeDisputeId } = await aDispute();
    await failing(stripeDisputeId, { status: 429 });
    expect((await answer(id, { customerName: 'Ada', submit: false })).status).toBe(503);
    expect((await answer(id, { customerName: 'Ada Lovelace', submit: false })).status).toBe(200);
    await runJobsNow();
    await eventually(
      () => recorded(id),
      ([first]) => first?.status === 'refused',
    );
    expect((await atStripe(stripeDisputeId)).evidence.customer_name).toBe('Ada Lovelace');
  });

  it('says how the dispute stands when its job gave way to later evidence in the meantime', async () => {
    const { id, stripeDisputeId } = await aDispute();
    await failing(stripeDisputeId, { delayMs: 1_500 });
    const slow = answer(id, { customerName: 'Ada', submit: false });
    await eventually(
      () => recorded(id),
      (evidence) => evidence.length === 1,
    );
    // As the job leaves it.
    const given = `update dispute_evidence set status = 'refused', refusal = 'overtaken' where dispute_id = $1`;
    await scrip.sql(given, [id]);
    expect(await slow).toMatchObject({ status: 200, body: { id, status: 'needs_response' } });
    expect(await recorded(id)).toMatchObject([{ status: 'refused' }]);
  });

  it('that Stripe refuses is noted, and frees its key', async () => {
    const { id, stripeDisputeId } = await aDispute();
    await failing(stripeDisputeId, { status: 400 });
    const key = randomUUID();
    expect((await answer(id, { customerName: 'Ada' }, key)).body).toMatchObject({
      status: 409,
      type: '/problems/stripe-refused',
    });
    expect((await answer(id, { customerName: 'Bob' }, key)).status).toBe(200);
    expect(await recorded(id)).toMatchObject([{ status: 'refused' }, { status: 'accepted' }]);
  });

  it('learns that it was answered at Stripe, when it comes too late', async () => {
    const { id, stripeDisputeId } = await aDispute();
    await webhooks(scrip, 'drop');
    await stripeOf(scrip).disputes.update(stripeDisputeId, { evidence: { customer_name: 'Ada' }, submit: true });
    expect((await answer(id, { customerName: 'Bob' })).body).toMatchObject({ type: '/problems/stripe-refused' });
    expect((await scrip.call('GET', `/v1/disputes/${id}`)).body).toMatchObject({ status: 'under_review' });
  });
});
