import { everythingIsHeard } from '../support/bank.js';
import { forgetSales } from '../support/forget-sales.js';
import { beginReconciliation, type Reconciled, reconciled, reconciliationEnds } from '../support/reconcile.js';
import { startTestScrip, type TestScrip } from '../support/scrip.js';
import {
  aCheckout,
  anAccount,
  balanceOf,
  boughtPack,
  entriesOf,
  orderOf,
  orderReaches,
  payAt,
  spendOf,
} from '../support/shop.js';
import { deliver, eventAbout, fault, inboxIsDrained, stripeOf, webhooks } from '../support/stripe-side.js';

let scrip: TestScrip;
beforeAll(async () => {
  scrip = await startTestScrip({ RECONCILE_SETTLE_SECONDS: '0', RECONCILE_MAX_ATTEMPTS: '2' });
});
afterAll(() => scrip.close());
afterEach(async () => {
  await everythingIsHeard(scrip);
  await forgetSales(scrip);
});

/** Paid, and nobody tells the service. */
async function paidUnheard(accountId: string, product = 'basic') {
  await webhooks(scrip, 'drop');
  const checkout = await aCheckout(scrip, accountId, product);
  await payAt(checkout.url);
  await webhooks(scrip, 'deliver');
  const { payment_intent } = await stripeOf(scrip).checkout.sessions.retrieve(checkout.checkoutSessionId);
  return { ...checkout, paymentIntentId: String(payment_intent) };
}

async function booksAreRight() {
  await everythingIsHeard(scrip);
  expect((await scrip.checkBooks()).findings).toEqual([]);
  expect((await reconciled(scrip)).findings).toEqual([]);
}

const standing = ({ findings, findingCount, openCount }: Reconciled) => ({
  kinds: findings.map(({ kind }) => kind),
  findingCount,
  openCount,
});

describe('a payment that was made and not credited', () => {
  it('is found in a dry run, which changes nothing, and credited by one that repairs', async () => {
    const accountId = await anAccount(scrip);
    const paid = await paidUnheard(accountId);

    const dry = await reconciled(scrip);
    expect(dry).toMatchObject({ progress: 1, openCount: 1, checked: { payments: 1, undelivered: 2 } });
    expect(dry.findings).toEqual([
      {
        kind: 'paid_not_credited',
        subject: 'payment',
        stripeId: paid.paymentIntentId,
        paymentIntentId: paid.paymentIntentId,
        orderId: paid.orderId,
        accountId,
        detail: `Payment ${paid.paymentIntentId} of 1000 usd was made for order ${paid.orderId}, and nothing was credited.`,
        stripe: { status: 'succeeded', amountMinor: 1000, currency: 'usd' },
        ledger: { status: 'pending', amountMinor: null, currency: 'usd' },
        undeliveredEventIds: expect.arrayContaining([
          (await eventAbout(scrip, 'checkout.session.completed', paid.checkoutSessionId)).id,
          (await eventAbout(scrip, 'payment_intent.succeeded', paid.paymentIntentId)).id,
        ]),
        repair: { action: 'credit', status: 'proposed', error: null },
      },
    ]);
    expect(await balanceOf(scrip, accountId)).toBe(0);

    const repaired = await reconciled(scrip, { repair: true });
    expect(standing(repaired)).toEqual({ kinds: ['paid_not_credited'], findingCount: 1, openCount: 0 });
    expect(repaired.findings[0]?.repair).toEqual({ action: 'credit', status: 'applied', error: null });
    expect(await orderOf(scrip, paid.orderId)).toMatchObject({ status: 'fulfilled', amountMinor: 1000 });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    await booksAreRight();
  });

  it('is not credited a second time when its events arrive after all', async () => {
    const accountId = await anAccount(scrip);
    const paid = await paidUnheard(accountId);
    await reconciled(scrip, { repair: true });
    await deliver(scrip, await eventAbout(scrip, 'checkout.session.completed', paid.checkoutSessionId));
    await deliver(scrip, await eventAbout(scrip, 'payment_intent.succeeded', paid.paymentIntentId));
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('is credited once by three repairs at once', async () => {
    const accountId = await anAccount(scrip);
    await paidUnheard(accountId);
    await Promise.all(Array.from({ length: 3 }, () => reconciled(scrip, { repair: true })));
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    await booksAreRight();
  });

  it('is found when nothing had to be paid, and no payment intent exists', async () => {
    const accountId = await anAccount(scrip);
    await webhooks(scrip, 'drop');
    const answer = await scrip.call('POST', '/v1/checkout-sessions', {
      accountId,
      product: 'basic',
      promotionCodes: true,
    });
    const stripe = stripeOf(scrip);
    const coupon = await stripe.coupons.create({ percent_off: 100, duration: 'once' });
    const { code } = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id } });
    await fetch(`${answer.body.url}/promotion-code`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ promotionCode: code }),
    });
    await payAt(answer.body.url);
    await webhooks(scrip, 'deliver');

    const { findings } = await reconciled(scrip, { repair: true });
    expect(findings).toMatchObject([
      {
        kind: 'paid_not_credited',
        stripeId: answer.body.checkoutSessionId,
        paymentIntentId: null,
        repair: { action: 'credit', status: 'applied' },
      },
    ]);
    expect(findings[0]?.undeliveredEventIds).toHaveLength(1);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    await booksAreRight();
  });

  it('is found on a payment link, and becomes an order', async () => {
    const accountId = await anAccount(scrip);
    const { body: link } = await scrip.call('POST', '/v1/payment-links', { accountId, product: 'basic' });
    await webhooks(scrip, 'drop');
    const visit = await fetch(link.url, { redirect: 'manual' });
    await payAt(new URL(visit.headers.get('location') ?? '', link.url).href);
    await webhooks(scrip, 'deliver');

    const dry = await reconciled(scrip);
    expect(dry.findings).toMatchObject([{ kind: 'paid_not_credited', orderId: null, repair: { action: 'credit' } }]);
    await reconciled(scrip, { repair: true });
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
    await booksAreRight();
  });

  it('is told to a person when these books have no such order, and when the order was paid already', async () => {
    const order = await boughtPack(scrip, await anAccount(scrip));
    const stripe = stripeOf(scrip);
    const pay = (orderId: string) =>
      stripe.paymentIntents.create({
        amount: 700,
        currency: 'usd',
        metadata: { scrip_order_id: orderId },
        payment_method: 'pm_card_visa',
        confirm: true,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      });
    await webhooks(scrip, 'drop');
    const [lost, again] = [await pay('ord_of_books_that_were_lost'), await pay(order.id)];
    await webhooks(scrip, 'deliver');

    const { findings, openCount } = await reconciled(scrip, { repair: true });
    expect(openCount).toBe(2);
    const found = (id: string) => findings.find(({ stripeId }) => stripeId === id);
    for (const { id } of [lost, again])
      expect(found(id)).toMatchObject({ kind: 'paid_not_credited', repair: { action: 'none', status: 'by_hand' } });
    expect(found(again.id)).toMatchObject({ orderId: order.id });
    expect(await balanceOf(scrip, order.accountId)).toBe(12);
  });
});

describe('credits that were given and not paid', () => {
  it('are found, and left to a person', async () => {
    const accountId = await anAccount(scrip);
    const order = await boughtPack(scrip, accountId);
    await inboxIsDrained(scrip);
    await scrip.sql(`update orders set payment_intent_id = 'pi_forged', source_id = 'pi_forged' where id = $1`, [
      order.id,
    ]);
    await scrip.sql(`update grants set source_id = 'pi_forged' where account_id = $1`, [accountId]);

    const run = await reconciled(scrip, { repair: true });
    expect(run.checked).toMatchObject({ payments: 1, booked: 1 });
    const forged = run.findings.find(({ stripeId }) => stripeId === 'pi_forged');
    expect(forged).toMatchObject({
      kind: 'credited_not_paid',
      orderId: order.id,
      accountId,
      stripe: null,
      ledger: { status: 'fulfilled', amountMinor: 1000, currency: 'usd' },
      repair: { action: 'none', status: 'by_hand' },
    });
    expect(await balanceOf(scrip, accountId)).toBe(12);
  });

  it('are found on a grant without any order, and on a payment that was never made', async () => {
    const accountId = await anAccount(scrip);
    await boughtPack(scrip, accountId);
    const open = await stripeOf(scrip).paymentIntents.create({ amount: 5000, currency: 'usd' });
    await scrip.sql(
      `insert into grants (account_id, id, ordinal, amount, remaining, category, status, effective_at, source_type,
         source_id, created_at)
       select account_id, 'grt_forged', 99, 100, 100, 'paid', 'active', effective_at, 'payment_intent', $2, created_at
       from grants
       where account_id = $1`,
      [accountId, open.id],
    );
    const { findings } = await reconciled(scrip);
    expect(findings).toMatchObject([
      {
        kind: 'credited_not_paid',
        stripeId: open.id,
        orderId: null,
        accountId,
        stripe: { status: 'requires_payment_method' },
        ledger: { status: 'granted' },
      },
    ]);
  });
});

describe('other differences of payments', () => {
  it('are amounts that differ', async () => {
    const order = await boughtPack(scrip, await anAccount(scrip));
    await scrip.sql('update orders set charged_minor = 900 where id = $1', [order.id]);
    expect((await reconciled(scrip)).findings).toMatchObject([
      {
        kind: 'amount_differs',
        subject: 'payment',
        orderId: order.id,
        stripe: { amountMinor: 1000 },
        ledger: { amountMinor: 900 },
        repair: { action: 'none', status: 'by_hand' },
      },
    ]);
  });

  it('are events that never came in, which are missed once', async () => {
    const accountId = await anAccount(scrip);
    await webhooks(scrip, 'hold');
    const checkout = await aCheckout(scrip, accountId);
    await payAt(checkout.url);
    const completed = await eventAbout(scrip, 'checkout.session.completed', checkout.checkoutSessionId);
    await deliver(scrip, completed);
    const order = await orderReaches(scrip, checkout.orderId, 'fulfilled');
    const lost = await eventAbout(scrip, 'payment_intent.succeeded', order.paymentIntentId);

    const { findings } = await reconciled(scrip, { repair: true });
    expect(findings).toMatchObject([
      {
        kind: 'event_undelivered',
        subject: 'payment',
        stripeId: order.paymentIntentId,
        orderId: order.id,
        undeliveredEventIds: [lost.id],
        repair: { action: 'settle', status: 'applied' },
      },
    ]);
    await booksAreRight();
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('are orders that expired unheard', async () => {
    const checkout = await aCheckout(scrip, await anAccount(scrip));
    await webhooks(scrip, 'drop');
    await stripeOf(scrip).checkout.sessions.expire(checkout.checkoutSessionId);
    await webhooks(scrip, 'deliver');
    const { findings } = await reconciled(scrip, { repair: true });
    expect(findings).toMatchObject([
      { kind: 'event_undelivered', stripeId: checkout.checkoutSessionId, repair: { status: 'applied' } },
    ]);
    expect(await orderOf(scrip, checkout.orderId)).toMatchObject({ status: 'expired' });
    await booksAreRight();
  });
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
    await paidUnheard(await anAccount(scrip));
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
      `insert into reconciliations (id, status, livemode, window_from, window_to, repair, origin, phase, created_at, updated_at)
       values ('rcn_of_a_live_key', 'running', true, now() - interval '1 day', now(), true, 'api', 'payments', now(), now())
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
    const paid = await paidUnheard(await anAccount(scrip));
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
    await paidUnheard(await anAccount(scrip));
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
