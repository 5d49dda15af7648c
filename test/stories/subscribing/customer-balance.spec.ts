import { useScrip } from '../../support/service/scrip.js';
import { reconciled } from '../../support/shop/reconcile.js';
import { anAccount, refundOf } from '../../support/shop/shop.js';
import { stripeOf } from '../../support/shop/stripe-side.js';
import { advance, standingOf, subscribed } from '../../support/shop/subscribe.js';

const scrip = useScrip();

/** Ends a plan at Stripe with what is left of it as the customer's credit, and returns the customer. */
async function endedForCredit(accountId: string, plan: string): Promise<string> {
  const stripe = stripeOf(scrip);
  const { subscription } = await subscribed(scrip, accountId, plan);
  const { customer } = await stripe.subscriptions.cancel(subscription.id, { prorate: true, invoice_now: true });
  await advance(scrip, { seconds: 1 });
  return String(customer);
}

const chargesOf = async (customer: string) =>
  (await stripeOf(scrip).charges.list({ customer })).data.map(({ amount }) => amount);

it('a plan that the credit of the one before pays is free, in the books as at Stripe', async () => {
  const accountId = await anAccount(scrip);
  const customer = await endedForCredit(accountId, 'pro-monthly');
  const before = await chargesOf(customer);
  const { order } = await subscribed(scrip, accountId);
  expect(order).toMatchObject({ credits: 20, amountMinor: 0, paymentIntentId: null });
  expect(await chargesOf(customer)).toEqual(before);
  expect(await standingOf(scrip, accountId)).toMatchObject({ plan: 'basic-monthly', status: 'active', balance: 20 });
  expect(await refundOf(scrip, { orderId: order.id })).toMatchObject({ status: 409 });
  expect((await reconciled(scrip)).findings).toEqual([]);
});

it('a plan that the credit of the one before pays in part can be refunded by what was charged', async () => {
  const accountId = await anAccount(scrip);
  const customer = await endedForCredit(accountId, 'basic-monthly');
  const { order } = await subscribed(scrip, accountId, 'pro-monthly');
  const [charged] = await chargesOf(customer);
  expect(order).toMatchObject({ credits: 50, amountMinor: charged, paymentIntentId: expect.stringMatching(/^pi_/) });
  expect((await reconciled(scrip)).findings).toEqual([]);
  expect(await refundOf(scrip, { orderId: order.id })).toMatchObject({ status: 201, body: { amountMinor: charged } });
});
