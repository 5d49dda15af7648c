import { createTestDatabase } from '../support/database/database.js';
import { hasPgBouncer, startPgBouncer } from '../support/database/pgbouncer.js';
import { startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { openAccount, outcomeOf } from '../support/shop/account.js';
import { toldOf } from '../support/shop/feed.js';
import { anAccount, balanceOf, boughtPack, givenCredits, refundOf, spendOf } from '../support/shop/shop.js';
import { stripeOf } from '../support/shop/stripe-side.js';
import { askSubscription, subscribed, subscriptionOf } from '../support/shop/subscribe.js';
import { CARRIED, haveMeters, MONTHLY, usageOf } from '../support/shop/usage.js';
import { anEvent, sendEvent, sendEvents } from '../support/shop/usage-events.js';

const describeBehind = hasPgBouncer() ? describe : describe.skip;

describeBehind('two processes behind PgBouncer in transaction mode, and a worker beside it', () => {
  it('spend, sell, refund and change plans as one', async () => {
    const database = await createTestDatabase();
    const bouncer = await startPgBouncer(database.url);
    const worker = await startTestScrip({ DATABASE_URL: database.url, STRIPE_EVENT_MAX_ATTEMPTS: '3' });
    const [one, other]: [TestScrip, TestScrip] = [
      await startTestScrip({ DATABASE_URL: bouncer.url, DATABASE_OWNER_URL: database.url, ROLE: 'api' }),
      await startTestScrip({ DATABASE_URL: bouncer.url, DATABASE_OWNER_URL: database.url, ROLE: 'api' }),
    ];
    const account = await anAccount(one);
    await givenCredits(one, account, 60);

    const answers = await Promise.all(
      Array.from({ length: 150 }, (_, index) => spendOf(index % 2 === 0 ? one : other, account, 1)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(60);
    expect(answers.filter(({ status }) => status === 402)).toHaveLength(90);

    const order = await boughtPack(worker, account);
    expect(await toldOf(one, account, 1, 'order.*')).toMatchObject([
      { type: 'order.fulfilled', data: { id: order.id } },
    ]);
    expect(await balanceOf(one, account)).toBe(12);
    expect((await refundOf(other, { orderId: order.id })).status).toBe(201);
    expect(await balanceOf(one, account)).toBe(0);
    await subscribed(worker, account);
    const plans = ['team-monthly', 'pro-monthly'];
    const changes = await Promise.all(
      plans.map((plan, index) => askSubscription(index === 0 ? one : other, account, 'change', { plan })),
    );
    expect(changes.map(({ status }) => status)).toEqual([200, 200]);
    expect(await subscriptionOf(one, account)).toMatchObject({ plan: 'team-monthly' });
    const { data: customers } = await stripeOf(worker).customers.list();
    expect(customers.map(({ balance }) => balance)).toEqual([0]);
    expect((await worker.checkBooks()).findings).toEqual([]);
    for (const scrip of [one, other, worker]) await scrip.close();
    await bouncer.stop();
    await database.drop();
  });

  it('take usage events and corrections once, whichever of them is told', async () => {
    const database = await createTestDatabase();
    const bouncer = await startPgBouncer(database.url);
    const env = { DATABASE_URL: bouncer.url, DATABASE_OWNER_URL: database.url, ROLE: 'api' };
    const [one, other] = [await startTestScrip(env), await startTestScrip(env)] as const;
    await haveMeters(one, { minutes: MONTHLY, calls: CARRIED });
    const account = await openAccount(one);
    await account.grant(1_000);
    const together = <T>(count: number, act: (at: TestScrip, index: number) => Promise<T>) =>
      Promise.all(Array.from({ length: count }, (_, index) => act(index % 2 === 0 ? one : other, index)));

    // Ten events, each told eight times: by itself, and in batches of all of them.
    const events = Array.from({ length: 10 }, () => anEvent(account.id, { type: 'minutes', data: { quantity: 2 } }));
    const answers = await together(8, async (at, index) => {
      if (index < 4) return (await sendEvents(at, events)).body.results.map(({ spend }: { spend: object }) => spend);
      return Promise.all(events.map(async (event) => (await sendEvent(at, event)).body));
    });
    const ids = answers.map((spends) => spends.map(({ id }: { id: string }) => id));
    expect(new Set(ids.map((some) => JSON.stringify(some))).size).toBe(1);
    expect(new Set(ids.flat()).size).toBe(10);
    expect(await usageOf(one, account.id).counters()).toEqual(['minutes {}: 20']);
    expect((await account.standing()).balance).toBe(1_000 - 10 * 3 - 10);

    // One of them is corrected by its name, and a spend by its id, by many at once.
    const lines = [{ meter: 'minutes', quantity: 1 }];
    const { body: spend } = await usageOf(other, account.id).use({ meter: 'calls', quantity: 1_500 });
    const byName = { accountId: account.id, source: '/test', id: events[0]?.id, lines, reason: 'a test' };
    const corrections = await together(12, (at, index) =>
      index < 6
        ? at.call('POST', '/v1/usage/corrections', byName, { idempotencyKey: 'corrected' })
        : usageOf(at, account.id).correct(spend.id, { meter: 'calls', quantity: 500 }, `by-${index}`),
    );
    expect(new Set(corrections.slice(0, 6).map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(corrections.slice(6).map(outcomeOf).sort()).toEqual([
      ...['accepted', ...new Array(5).fill('spend-already-corrected')],
    ]);
    expect(await usageOf(one, account.id).counters()).toEqual([
      ...['calls {}: 500', 'minutes {}: 19', 'calls {} carries -1/2'],
    ]);
    expect((await one.checkBooks()).findings).toEqual([]);
    for (const scrip of [one, other]) await scrip.close();
    await bouncer.stop();
    await database.drop();
  });
});
