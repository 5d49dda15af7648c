import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { type HttpAnswer, useScrip } from '../support/service/scrip.js';
import { fillIn, formOf } from '../support/shop/pay-page.js';
import { anAccount, balanceOf, entriesOf, payAt } from '../support/shop/shop.js';
import { type Fault, fault, inboxIsDrained } from '../support/shop/stripe-side.js';
import { subscriptionOf } from '../support/shop/subscribe.js';

const WAIT_SECONDS = 2;
/** A busy machine beside the limit, and what is done without Stripe. */
const SLACK_MS = 4_000;
const MOST_ATTEMPTS = 10;
/** What waits for Stripe is tried again after a second, two, four. */
const SETTLED_WITHIN_MS = 40_000;

/** Every kind of call that selling, billing and giving back make each time. */
const CALLS: [Fault['method'], string][] = [
  ['POST', '/v1/customers'],
  ['POST', '/v1/customers/cus_*'],
  ['GET', '/v1/prices'],
  ['POST', '/v1/prices'],
  ['GET', '/v1/products/*'],
  ['POST', '/v1/products'],
  ['POST', '/v1/checkout/sessions'],
  ['GET', '/v1/checkout/sessions/*'],
  ['POST', '/v1/payment_intents'],
  ['GET', '/v1/payment_intents/*'],
  ['POST', '/v1/payment_links'],
  ['GET', '/v1/invoices/*'],
  ['GET', '/v1/invoices'],
  ['POST', '/v1/invoices/create_preview'],
  ['GET', '/v1/subscriptions/*'],
  ['GET', '/v1/subscription_items/*'],
  ['POST', '/v1/subscriptions/*'],
  ['DELETE', '/v1/subscriptions/*'],
  ['POST', '/v1/subscription_schedules'],
  ['GET', '/v1/subscription_schedules/*'],
  ['POST', '/v1/subscription_schedules/*'],
  ['POST', '/v1/billing_portal/sessions'],
  ['POST', '/v1/refunds'],
  ['GET', '/v1/refunds'],
  ['GET', '/v1/refunds/*'],
  ['GET', '/v1/charges/*'],
];

const FAILURES: Record<string, Omit<Fault, 'method' | 'path'>> = {
  hangs: { delayMs: 60_000, times: 2 },
  'is slow': { delayMs: 800, times: 20 },
  'does it and resets the connection': { cutAfterEffect: true, times: 4 },
};

const ALL = Object.keys(FAILURES).flatMap((how) => CALLS.map(([method, path]) => [how, method, path] as const));
/** One that buys, and one that is only heard of. */
const SAMPLE = [
  ['hangs', 'POST', '/v1/checkout/sessions'],
  ['does it and resets the connection', 'GET', '/v1/invoices/*'],
] as const;

const scrip = useScrip({ STRIPE_WAIT_SECONDS: `${WAIT_SECONDS}`, STRIPE_EVENT_MAX_ATTEMPTS: '1' });

/** Asks with the same key until it is done, as a client should: until then it is told in time that Stripe fails. */
async function ask(path: string, body: object): Promise<HttpAnswer> {
  const idempotencyKey = randomUUID();
  for (let attempt = 1; ; attempt += 1) {
    const began = performance.now();
    const answer = await scrip.call('POST', path, body, { idempotencyKey });
    expect([path, performance.now() - began < WAIT_SECONDS * 1000 + SLACK_MS]).toEqual([path, true]);
    if (answer.status < 300) return answer;
    expect([path, answer.status, answer.body.type]).toEqual([path, 503, '/problems/stripe-unavailable']);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(attempt).toBeLessThan(MOST_ATTEMPTS);
  }
}

async function balanceReaches(accountId: string, ...balances: number[]): Promise<number> {
  return eventually(
    () => balanceOf(scrip, accountId),
    (now) => balances.includes(now),
    SETTLED_WITHIN_MS,
  );
}

/**
 * All that a customer does: buys a pack in three ways and a plan, changes it twice, is given money back, and leaves.
 */
async function live(accountId: string, pack: string): Promise<void> {
  const page = await ask('/v1/checkout-sessions', { accountId, product: pack });
  await payAt(page.body.url);
  await balanceReaches(accountId, 7);
  const form = await ask('/v1/payment-intents', { accountId, product: pack });
  await fillIn(formOf(scrip, form.body.clientSecret));
  await balanceReaches(accountId, 14);
  await ask('/v1/payment-links', { accountId, product: pack });

  const plan = await ask('/v1/checkout-sessions', { accountId, product: 'basic-monthly' });
  await payAt(plan.body.url);
  await balanceReaches(accountId, 34);
  const subscription = `/v1/accounts/${accountId}/subscription`;
  await ask(`${subscription}/change`, { plan: 'pro-monthly' });
  // The rest of the month, of which some seconds may be over by now.
  const upgraded = await balanceReaches(accountId, 64, 63);
  await ask(`${subscription}/change`, { plan: 'basic-monthly' });
  await ask('/v1/portal-sessions', { accountId });

  await ask('/v1/refunds', { orderId: page.body.orderId, amountMinor: 700 });
  await balanceReaches(accountId, upgraded - 7);
  await ask(`${subscription}/cancel`, { now: true });
  await balanceReaches(accountId, 7);
}

describe('Stripe that fails', () => {
  it.each(process.env.SCRIP_SOAK === undefined ? SAMPLE : ALL)(
    'and %s in %s %s costs answers of 503 in time, and no credit and no cent',
    async (how, method, path) => {
      const pack = `pack-${randomUUID()}`;
      const prices = [{ currency: 'usd', amountMinor: 700 }];
      await scrip.call('PUT', `/v1/products/${pack}`, { kind: 'pack', name: 'Pack', credits: 7, prices });
      const accountId = await anAccount(scrip);
      await scrip.call('PUT', `/v1/accounts/${accountId}`, { email: `${accountId}@example.com` });
      const times = FAILURES[how]?.times ?? 1;
      await fault(scrip, { method, path, ...FAILURES[how], times });

      await live(accountId, pack);
      const [left] = await scrip.sql<{ remaining: number }>('delete from sandbox.faults returning remaining');
      expect(left?.remaining).toBeLessThan(times);
      await inboxIsDrained(scrip);
      expect((await scrip.call('GET', '/health/ready')).status).toBe(200);
      expect(await subscriptionOf(scrip, accountId)).toMatchObject({ status: 'canceled', accessState: 'revoked' });
      expect(await entriesOf(scrip, accountId)).toEqual([
        'grant +7',
        'grant +7',
        'grant +20',
        expect.stringMatching(/^grant \+(?:30|29)$/),
        'refund_reversal -7',
        expect.stringMatching(/^expiry -/),
        expect.stringMatching(/^expiry -/),
      ]);
      expect((await scrip.checkBooks()).findings).toEqual([]);
    },
  );
});
