import { useScrip } from '../../support/service/scrip.js';
import { type ReconciledFinding, reconciled } from '../../support/shop/reconcile.js';
import { aCheckout, anAccount, balanceOf, entriesOf, orderOf, payAt } from '../../support/shop/shop.js';
import { deliver, eventAbout, inboxIsDrained, stripeOf, webhooks } from '../../support/shop/stripe-side.js';
import { advance, advanceTo, standingOf, subscribed } from '../../support/shop/subscribe.js';

const scrip = useScrip({ RECONCILE_SETTLE_SECONDS: '0' }, { atEnd: everythingIsRepaired });
async function everythingIsRepaired(): Promise<void> {
  await reconciled(scrip, { repair: true });
  expect((await reconciled(scrip)).findings).toEqual([]);
}
beforeAll(async () => {
  const plan = { kind: 'plan', credits: 20, prices: [{ currency: 'usd', amountMinor: 1_500 }] };
  await scrip.call('PUT', '/v1/products/tried', { ...plan, name: 'Tried', trialDays: 7, trialCredits: 3 });
});

/** What a reconciliation finds of one account: time goes on for all of them. */
async function findingsOf(accountId: string, { repair = false } = {}): Promise<ReconciledFinding[]> {
  const { findings } = await reconciled(scrip, { repair });
  return findings.filter((finding) => finding.accountId === accountId);
}

/** Of a subscription, the newest. */
async function lastInvoice(subscriptionId: string) {
  const { data } = await stripeOf(scrip).invoices.list({ subscription: subscriptionId, limit: 1 });
  if (data[0] === undefined) throw new Error('a subscription has an invoice');
  return data[0];
}

describe('a subscription that was paid and not heard of', () => {
  it('is found in a dry run, which changes nothing, and credited by one that repairs, once', async () => {
    const accountId = await anAccount(scrip);
    await webhooks(scrip, 'drop');
    const checkout = await aCheckout(scrip, accountId, 'basic-monthly');
    await payAt(checkout.url);
    await webhooks(scrip, 'deliver');
    const { subscription } = await stripeOf(scrip).checkout.sessions.retrieve(checkout.checkoutSessionId);
    const invoice = await lastInvoice(String(subscription));
    const event = await eventAbout(scrip, 'invoice.paid', invoice.id);

    const dry = await reconciled(scrip);
    expect(dry).toMatchObject({ openCount: 1, checked: { payments: 0, invoices: 1 } });
    expect(dry.findings).toMatchObject([
      {
        kind: 'paid_not_credited',
        subject: 'invoice',
        stripeId: invoice.id,
        paymentIntentId: expect.stringMatching(/^pi_/),
        orderId: null,
        accountId,
        stripe: { status: 'paid', amountMinor: 1500, currency: 'usd' },
        ledger: null,
        repair: { action: 'credit', status: 'proposed', error: null },
      },
    ]);
    expect(dry.findings[0]?.undeliveredEventIds).toContain(event.id);
    expect(await balanceOf(scrip, accountId)).toBe(0);

    expect(await findingsOf(accountId, { repair: true })).toMatchObject([
      { subject: 'invoice', repair: { action: 'credit', status: 'applied' } },
    ]);
    expect(await standingOf(scrip, accountId)).toMatchObject({ plan: 'basic-monthly', status: 'active', balance: 20 });
    expect(await orderOf(scrip, checkout.orderId)).toMatchObject({ status: 'fulfilled', amountMinor: 1500 });
    expect(await findingsOf(accountId)).toEqual([]);

    await deliver(scrip, event);
    await inboxIsDrained(scrip);
    expect(await entriesOf(scrip, accountId)).toEqual(['grant +20']);
  });

  it('is found where a renewal was lost, and settled together with what went back of it', async () => {
    const accountId = await anAccount(scrip);
    const { subscription } = await subscribed(scrip, accountId);
    await webhooks(scrip, 'drop');
    await advanceTo(scrip, subscription.currentPeriodEnd, { hours: 2 });
    const invoice = await lastInvoice(subscription.id);
    const { data } = await stripeOf(scrip).invoicePayments.list({ invoice: invoice.id });
    await stripeOf(scrip).refunds.create({ payment_intent: String(data[0]?.payment.payment_intent), amount: 750 });
    await webhooks(scrip, 'deliver');

    expect(await findingsOf(accountId, { repair: true })).toMatchObject([
      { kind: 'paid_not_credited', subject: 'invoice', stripeId: invoice.id, repair: { status: 'applied' } },
    ]);
    expect(await balanceOf(scrip, accountId)).toBe(10);
  });

  it('is found where nothing was to be paid: a trial', async () => {
    const accountId = await anAccount(scrip);
    await webhooks(scrip, 'drop');
    const { url } = await aCheckout(scrip, accountId, 'tried');
    await payAt(url);
    await webhooks(scrip, 'deliver');
    expect(await findingsOf(accountId, { repair: true })).toMatchObject([
      { kind: 'paid_not_credited', subject: 'invoice', paymentIntentId: null, repair: { status: 'applied' } },
    ]);
    expect(await standingOf(scrip, accountId)).toMatchObject({ status: 'trialing', balance: 3 });
  });
});

describe('an invoice that was credited', () => {
  it('and not paid is found, and left to a person', async () => {
    const accountId = await anAccount(scrip);
    const { order } = await subscribed(scrip, accountId, 'tried');
    await advance(scrip, { seconds: 1 });
    const change = (from: string, to: string) =>
      scrip.sql(`update orders set stripe_invoice_id = replace(stripe_invoice_id, $2, $3) where id = $1`, [
        order.id,
        from,
        to,
      ]);
    await change('in_', 'in_gone');
    const findings = await findingsOf(accountId);
    await change('in_gone', 'in_');
    expect(findings).toContainEqual(
      expect.objectContaining({
        kind: 'credited_not_paid',
        subject: 'invoice',
        orderId: order.id,
        stripe: null,
        repair: { action: 'none', status: 'by_hand', error: null },
      }),
    );
    expect(await balanceOf(scrip, accountId)).toBe(3);
  });

  it('to somebody who is no account here is none of our business', async () => {
    const stripe = stripeOf(scrip);
    const customer = await stripe.customers.create({ payment_method: 'pm_card_visa' });
    const [method] = (await stripe.customers.listPaymentMethods(customer.id)).data;
    const [price] = (await stripe.prices.list({ product: 'scrip_basic-monthly' })).data;
    await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: String(price?.id) }],
      default_payment_method: String(method?.id),
    });
    const { findings } = await reconciled(scrip);
    expect(findings.filter(({ accountId }) => accountId === null)).toEqual([]);
  });
});
