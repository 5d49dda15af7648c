import { startScrip } from '../../src/app/start.js';
import { loadConfig } from '../../src/config/config.js';
import { createTestDatabase } from '../support/database/database.js';
import { dataDirOf } from '../support/service/data-dir.js';
import { TEST_KEY, useScrip } from '../support/service/scrip.js';
import { aCheckout, anAccount, balanceOf, boughtPack, givenCredits } from '../support/shop/shop.js';
import { stripeOf } from '../support/shop/stripe-side.js';
import { advance, subscribed } from '../support/shop/subscribe.js';

const scrip = useScrip();

const sandboxNow = async (): Promise<number> => {
  const answer = await fetch(`${scrip.sandboxUrl}/_sandbox/clock`);
  return Date.parse(((await answer.json()) as { now: string }).now);
};

it('moves both clocks together, and answers the time', async () => {
  const before = scrip.clock.now().getTime();
  const now = await advance(scrip, { days: 3 });
  expect(now.getTime() - before).toBeGreaterThanOrEqual(3 * 86_400_000);
  expect(Math.abs((await sandboxNow()) - scrip.clock.now().getTime())).toBeLessThan(1_500);
  const { created } = await stripeOf(scrip).customers.create({});
  expect(created * 1000).toBeGreaterThan(before + 2 * 86_400_000);
});

it('lets the one that is behind catch up', async () => {
  scrip.clock.advance(3_600_000);
  await advance(scrip, { seconds: 0 });
  expect(Math.abs((await sandboxNow()) - scrip.clock.now().getTime())).toBeLessThan(2_500);
  await scrip.sandbox('/_sandbox/clock', { advanceSeconds: 7_200 });
  await advance(scrip, { seconds: 1 });
  expect(Math.abs((await sandboxNow()) - scrip.clock.now().getTime())).toBeLessThan(2_500);
});

it('has done all that fell due: renewals, expiries, pages that close, at their own times', async () => {
  const accountId = await anAccount(scrip);
  await givenCredits(scrip, accountId, 7, {
    expiresAt: new Date(scrip.clock.now().getTime() + 86_400_000).toISOString(),
  });
  await subscribed(scrip, accountId);
  const { orderId } = await aCheckout(scrip, await anAccount(scrip));
  // Two months have 62 days at most, and a renewal is paid an hour after its month has ended.
  await advance(scrip, { days: 63 });
  expect(await balanceOf(scrip, accountId)).toBe(20);
  expect((await scrip.call('GET', `/v1/orders/${orderId}`)).body.status).toBe('expired');
  const grants = await scrip.sql<{ amount: string; created_at: Date }>(
    `select amount, created_at from grants where account_id = $1 and source_type = 'payment_intent' order by ordinal`,
    [accountId],
  );
  expect(grants).toHaveLength(3);
  // Each month was granted when it was paid, and not when the advance was over.
  const days = grants
    .slice(1)
    .map(({ created_at }, index) => (created_at.getTime() - Number(grants[index]?.created_at)) / 86_400_000);
  for (const apart of days) expect(apart).toBeGreaterThan(27);
  expect(await scrip.sql(`select from stripe_events where status not in ('handled', 'ignored')`)).toHaveLength(0);
  await boughtPack(scrip, accountId);
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

it('brings jobs that wait as much nearer', async () => {
  await scrip.sql(
    `select graphile_worker.add_job('nobody-does-this', payload => '{}', run_at => now() + interval '2 days', ` +
      `job_key => 'waits')`,
  );
  await advance(scrip, { days: 1 });
  const [job] = await scrip.sql<{ hours: string }>(
    `select extract(epoch from run_at - now()) / 3600 as hours from graphile_worker.jobs where key = 'waits'`,
  );
  expect(Number(job?.hours)).toBeGreaterThan(22);
  expect(Number(job?.hours)).toBeLessThan(24.1);
});

it('is for admins, takes whole seconds forward, and is not there beside Stripe', async () => {
  const key = (await scrip.call('POST', '/v1/api-keys', { name: 'seller', scopes: ['sell', 'read', 'spend'] })).body
    .key;
  const ask = (body: object, options = {}) => scrip.call('POST', '/v1/test-clock/advance', body, options);
  expect((await ask({ seconds: 1 }, { key })).status).toBe(403);
  expect((await ask({ seconds: 1 }, { key: null })).status).toBe(401);
  for (const seconds of [-1, 1.5, '1', 1e12]) expect((await ask({ seconds })).status).toBe(400);
});

it('is not there beside Stripe', async () => {
  const database = await createTestDatabase();
  const running = await startScrip(
    loadConfig({
      DATABASE_URL: database.url,
      SCRIP_DATA_DIR: dataDirOf(database.url),
      PORT: '0',
      SCRIP_BOOTSTRAP_KEY: TEST_KEY,
      LOG_LEVEL: 'silent',
      STRIPE_SECRET_KEY: 'sk_test_of_its_own',
      STRIPE_WEBHOOK_SECRETS: 'whsec_test',
    }),
  );
  const answer = await fetch(`${running.url}/v1/test-clock/advance`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ seconds: 1 }),
  });
  expect([answer.status, ((await answer.json()) as { type: string }).type]).toEqual([404, '/problems/route-not-found']);
  await running.close();
  await database.drop();
});
