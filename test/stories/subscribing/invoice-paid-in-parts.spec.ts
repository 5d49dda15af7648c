import { useScrip } from '../../support/service/scrip.js';
import { disputePayment, everythingIsHeard } from '../../support/shop/bank.js';
import { reconciled } from '../../support/shop/reconcile.js';
import { anAccount, balanceOf, orderOf, orderReaches } from '../../support/shop/shop.js';
import { stripeOf, webhooks } from '../../support/shop/stripe-side.js';
import { subscribed } from '../../support/shop/subscribe.js';

const scrip = useScrip({ RECONCILE_SETTLE_SECONDS: '0' });
afterEach(async () => {
  await everythingIsHeard(scrip);
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

/**
 * An order of an invoice that two payments have paid, of 1500 and of 500: the sandbox pays with one alone, so the other
 * is noted as it would have been with the invoice.
 */
async function paidInParts() {
  const accountId = await anAccount(scrip);
  const { order } = await subscribed(scrip, accountId);
  const { id: second } = await stripeOf(scrip).paymentIntents.create({
    amount: 500,
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
  await everythingIsHeard(scrip);
  await scrip.sql('update orders set charged_minor = 2000 where id = $1', [order.id]);
  await scrip.sql(
    `insert into invoice_payments
     select $2, stripe_invoice_id, order_id, recorded_at from invoice_payments where order_id = $1`,
    [order.id, second],
  );
  return { accountId, orderId: order.id, first: order.paymentIntentId as string, second };
}

describe('an invoice that two payments have paid', () => {
  it('gives credits back for either, in proportion to both', async () => {
    const { accountId, orderId, first, second } = await paidInParts();
    await stripeOf(scrip).refunds.create({ payment_intent: second });
    await orderReaches(scrip, orderId, 'partially_refunded');
    expect(await orderOf(scrip, orderId)).toMatchObject({ refundedMinor: 500, reversedCredits: 5 });
    await disputePayment(scrip, first);
    await orderReaches(scrip, orderId, 'disputed');
    expect(await balanceOf(scrip, accountId)).toBe(0);
  });

  it('agrees with Stripe, and is settled when its refund was not heard of', async () => {
    const { accountId, second } = await paidInParts();
    const own = (findings: { accountId: string | null }[]) => findings.filter((one) => one.accountId === accountId);
    expect(own((await reconciled(scrip)).findings)).toEqual([]);
    await webhooks(scrip, 'drop');
    await stripeOf(scrip).refunds.create({ payment_intent: second });
    await webhooks(scrip, 'deliver');
    expect(own((await reconciled(scrip, { repair: true })).findings)).toMatchObject([
      { kind: 'refunded_not_reversed', repair: { status: 'applied' } },
    ]);
    expect(await balanceOf(scrip, accountId)).toBe(15);
  });
});
