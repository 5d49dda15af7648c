import { createTestDatabase } from '../support/database/database.js';
import { hasPgBouncer, startPgBouncer } from '../support/database/pgbouncer.js';
import { startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { anAccount, balanceOf, boughtPack, givenCredits, refundOf, spendOf } from '../support/shop/shop.js';
import { stripeOf } from '../support/shop/stripe-side.js';
import { askSubscription, subscribed, subscriptionOf } from '../support/shop/subscribe.js';

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
});
