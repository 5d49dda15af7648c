import { Logger } from '@nestjs/common';
import type Stripe from 'stripe';
import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { disputePayment } from '../../support/shop/bank.js';
import { inVersion, OLDER_VERSIONS, type OlderVersion } from '../../support/shop/older-versions.js';
import { aCheckout, anAccount, balanceOf, orderOf, payAt } from '../../support/shop/shop.js';
import { deliver, inboxIsDrained, stripeOf, webhooks } from '../../support/shop/stripe-side.js';
import { featureOf, subscriptionOf } from '../../support/shop/subscribe.js';

const scrip = useScrip({ STRIPE_EVENT_MAX_ATTEMPTS: '1' });
const warnings: string[] = [];
beforeAll(async () => {
  const quiet = () => undefined;
  Logger.overrideLogger({ log: quiet, error: quiet, warn: (line: string) => warnings.push(line) });
  await webhooks(scrip, 'drop');
});
afterEach(async () => {
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

/** Delivers, in the form of a version, all that has happened at Stripe and was not delivered yet, oldest first. */
async function deliverIn(version: OlderVersion): Promise<Stripe.Event[]> {
  const known = new Set((await scrip.sql('select id from stripe_events')).map(({ id }) => id));
  const news: Stripe.Event[] = [];
  for await (const event of stripeOf(scrip).events.list({ limit: 100 })) if (!known.has(event.id)) news.unshift(event);
  for (const event of news) expect((await deliver(scrip, inVersion(event, version))).status).toBe(200);
  await inboxIsDrained(scrip);
  return news;
}

async function bought(product: string): Promise<{ accountId: string; orderId: string }> {
  const accountId = await anAccount(scrip);
  const { orderId, url } = await aCheckout(scrip, accountId, product);
  expect((await payAt(url)).status).toBe(303);
  return { accountId, orderId };
}

const versions =
  process.env.SCRIP_SOAK === undefined ? OLDER_VERSIONS.filter((_, index) => index % 2 === 0) : OLDER_VERSIONS;

describe.each(versions)('an endpoint that sends the API version %s', (version) => {
  it('credits packs and plans, takes back what is refunded and disputed, and is logged with our version', async () => {
    const [pack, disputed, plan] = [await bought('basic'), await bought('basic'), await bought('basic-monthly')];
    await deliverIn(version);
    expect(await balanceOf(scrip, pack.accountId)).toBe(12);
    expect(await balanceOf(scrip, plan.accountId)).toBe(20);
    expect((await featureOf(scrip, plan.accountId, 'history')).active).toBe(true);

    const { paymentIntentId } = await orderOf(scrip, pack.orderId);
    await stripeOf(scrip).refunds.create({ payment_intent: paymentIntentId, amount: 500 });
    await disputePayment(scrip, (await orderOf(scrip, disputed.orderId)).paymentIntentId);
    await stripeOf(scrip).subscriptions.cancel((await subscriptionOf(scrip, plan.accountId)).id);
    const types = (await deliverIn(version)).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['charge.refunded', 'charge.dispute.created', 'refund.created']));
    expect(await balanceOf(scrip, pack.accountId)).toBe(6);
    expect(await orderOf(scrip, disputed.orderId)).toMatchObject({ status: 'disputed', reversedCredits: 12 });
    expect(await subscriptionOf(scrip, plan.accountId)).toMatchObject({ status: 'canceled', accessState: 'revoked' });

    const named = warnings.filter((line) => line.includes(`version ${version} of Stripe`));
    expect(named).toEqual([expect.stringContaining('2026-10-28.endive')]);
  });
});

describe('an event that does not say what it is about', () => {
  it.each([
    ['invoice.paid', { object: 'invoice', subscription: 'sub_1' }],
    ['invoice_payment.paid', { id: 'inpay_1', invoice: null }],
    ['invoice.upcoming', { object: 'invoice', customer: 'cus_1' }],
    ['payment_intent.succeeded', { id: 'pi_1' }],
    ['checkout.session.completed', { id: 'cs_1', mode: 'payment' }],
    ['charge.refunded', { id: { nested: true } }],
    ['refund.created', { id: '../charges' }],
  ])('%s fails and names its version, and is not ignored', async (type, object) => {
    const id = `evt_unreadable_${type.replaceAll('.', '_')}`;
    const event = {
      id,
      object: 'event',
      type,
      api_version: '2014-01-31',
      created: 1,
      livemode: false,
      data: { object },
    };
    await deliver(scrip, event);
    const shown = await eventually(
      async () => (await scrip.call('GET', `/v1/stripe-events/${id}`)).body,
      ({ status }) => status !== 'received',
    );
    expect(shown).toMatchObject({
      status: 'dead',
      lastError: expect.stringContaining(`${type} of the API version 2014-01-31`),
    });
  });
});
