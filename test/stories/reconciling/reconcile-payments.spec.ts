import { forgetSales } from '../../support/database/forget-sales.js';
import { useScrip } from '../../support/service/scrip.js';
import { everythingIsHeard } from '../../support/shop/bank.js';
import { paidUnheard, type Reconciled, reconciled } from '../../support/shop/reconcile.js';
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
import { deliver, eventAbout, inboxIsDrained, stripeOf, webhooks } from '../../support/shop/stripe-side.js';

const scrip = useScrip({ RECONCILE_SETTLE_SECONDS: '0', RECONCILE_MAX_ATTEMPTS: '2' });
afterEach(async () => {
  await everythingIsHeard(scrip);
  await forgetSales(scrip);
});

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
    const paid = await paidUnheard(scrip, accountId);

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
        detail:
          `Payment ${paid.paymentIntentId} of 1000 usd was made for order ${paid.orderId}, and nothing was ` +
          'credited.',
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
    const paid = await paidUnheard(scrip, accountId);
    await reconciled(scrip, { repair: true });
    await deliver(scrip, await eventAbout(scrip, 'checkout.session.completed', paid.checkoutSessionId));
    await deliver(scrip, await eventAbout(scrip, 'payment_intent.succeeded', paid.paymentIntentId));
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +12']);
  });

  it('is credited once by three repairs at once', async () => {
    const accountId = await anAccount(scrip);
    await paidUnheard(scrip, accountId);
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
