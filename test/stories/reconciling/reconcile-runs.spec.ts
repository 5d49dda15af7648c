import { forgetSales } from '../../support/database/forget-sales.js';
import { useScrip } from '../../support/service/scrip.js';
import { everythingIsHeard } from '../../support/shop/bank.js';
import {
  beginReconciliation,
  paidUnheard,
  type Reconciled,
  reconciled,
  reconciliationEnds,
} from '../../support/shop/reconcile.js';
import { anAccount, boughtPack, spendOf } from '../../support/shop/shop.js';
import { fault, inboxIsDrained, stripeOf, webhooks } from '../../support/shop/stripe-side.js';

const scrip = useScrip({ RECONCILE_SETTLE_SECONDS: '0', RECONCILE_MAX_ATTEMPTS: '2' });
afterEach(async () => {
  await everythingIsHeard(scrip);
  await forgetSales(scrip);
});

const standing = ({ findings, findingCount, openCount }: Reconciled) => ({
  kinds: findings.map(({ kind }) => kind),
  findingCount,
  openCount,
});

describe('a reconciliation', () => {
  it('finds nothing where all is well, also among the payments of others', async () => {
    const accountId = await anAccount(scrip);
    await boughtPack(scrip, accountId);
    await spendOf(scrip, accountId, 5);
    await webhooks(scrip, 'drop');
    await stripeOf(scrip).paymentIntents.create({
      amount: 4200,
      currency: 'usd',
      metadata: { shop: 'another program' },
      payment_method: 'pm_card_visa',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await webhooks(scrip, 'deliver');
    await inboxIsDrained(scrip);
    const run = await reconciled(scrip, { repair: true });
    expect(run).toMatchObject({ findings: [], findingCount: 0, openCount: 0, error: null });
    expect(run.checked).toEqual({
      payments: 1,
      invoices: 0,
      subscriptions: 0,
      refunds: 0,
      disputes: 0,
      booked: 0,
      undelivered: 0,
    });
  });

  it('looks at its window alone', async () => {
    await paidUnheard(scrip, await anAccount(scrip));
    const to = new Date(Date.now() - 3_600_000).toISOString();
    expect((await reconciled(scrip, { to })).findings).toEqual([]);
    const from = new Date(Date.now() + 60_000).toISOString();
    expect((await scrip.call('POST', '/v1/reconciliations', { from })).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '/from' }],
    });
  });

  it('keeps to the mode of its key', async () => {
    const order = await boughtPack(scrip, await anAccount(scrip));
    await everythingIsHeard(scrip);
    await scrip.sandbox('/_sandbox/reset', {});
    expect(standing(await reconciled(scrip))).toMatchObject({ kinds: ['credited_not_paid'] });
    await scrip.sql('update orders set livemode = true where id = $1', [order.id]);
    expect(await reconciled(scrip)).toMatchObject({ findings: [], checked: { payments: 0, booked: 0 } });

    const [begun] = await scrip.sql(
      `insert into reconciliations (id, status, livemode, window_from, window_to, repair, origin, phase, created_at,
         updated_at)
       values ('rcn_of_a_live_key', 'running', true, now() - interval '1 day', now(), true, 'api', 'payments', now(),
         now())
       returning graphile_worker.add_job('reconcile', json_build_object('reconciliationId', id)) as job`,
    );
    expect(begun).toBeDefined();
    expect(await reconciliationEnds(scrip, 'rcn_of_a_live_key')).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('other mode'),
    });
  });

  it('reads lists of more than a hundred, page by page', async () => {
    const stripe = stripeOf(scrip);
    await webhooks(scrip, 'drop');
    const paid = await paidUnheard(scrip, await anAccount(scrip));
    await webhooks(scrip, 'drop');
    for (let batch = 0; batch < 13; batch += 1)
      await Promise.all(
        Array.from({ length: 10 }, () =>
          stripe.paymentIntents.create({
            amount: 700,
            currency: 'usd',
            metadata: { scrip_order_id: 'ord_of_other_books' },
            payment_method: 'pm_card_visa',
            confirm: true,
            automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
          }),
        ),
      );
    const run = await reconciled(scrip);
    expect(run.checked).toMatchObject({ payments: 131, undelivered: 132 });
    expect(run).toMatchObject({ findingCount: 131, openCount: 131 });
    expect(run.findings.map(({ stripeId }) => stripeId)).toContain(paid.paymentIntentId);
  });

  it('goes on after failures of Stripe, and fails with the reason when they do not end', async () => {
    await paidUnheard(scrip, await anAccount(scrip));
    // The SDK itself asks three times.
    await fault(scrip, { method: 'GET', path: '/v1/payment_intents', times: 3, status: 500 });
    expect(standing(await reconciled(scrip))).toMatchObject({ kinds: ['paid_not_credited'] });

    await fault(scrip, { method: 'GET', path: '/v1/refunds', times: 100, status: 500 });
    const broken = await reconciliationEnds(scrip, await beginReconciliation(scrip));
    expect(broken.status).toBe('failed');
    expect(broken.error).toMatch(/After 2 attempts, in refunds: stripe-unavailable/);
  });

  it('is asked for with the scope admin, seen with read, and begun once for a key', async () => {
    const { body: key } = await scrip.call('POST', '/v1/api-keys', { name: 'reader', scopes: ['read', 'sell'] });
    const refused = await scrip.call('POST', '/v1/reconciliations', {}, { key: key.key });
    expect(refused.status).toBe(403);
    const begun = await scrip.call('POST', '/v1/reconciliations', undefined, { idempotencyKey: 'nightly-1' });
    expect(begun).toMatchObject({ status: 202, body: { id: expect.stringMatching(/^rcn_/), status: 'running' } });
    const again = await scrip.call('POST', '/v1/reconciliations', {}, { idempotencyKey: 'nightly-1' });
    expect(again.body).toEqual(begun.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const seen = await scrip.call('GET', `/v1/reconciliations/${begun.body.id}`, undefined, { key: key.key });
    expect(seen.status).toBe(200);
    expect((await scrip.call('GET', '/v1/reconciliations/rcn_none')).body).toMatchObject({
      status: 404,
      type: '/problems/reconciliation-not-found',
    });
    for (const body of [{ from: 'yesterday' }, { repair: 'yes' }, { dry: true }])
      expect((await scrip.call('POST', '/v1/reconciliations', body)).status).toBe(400);
  });
});
