import fc from 'fast-check';
import { allIsFollowed } from '../reports/revenue/money-followed.js';
import { forgetSales } from '../support/database/forget-sales.js';
import { useScrip } from '../support/service/scrip.js';
import { balanceOf } from '../support/shop/shop.js';
import { webhooks } from '../support/shop/stripe-side.js';
import { MoneyHistory, type OrderShown } from './money-history.js';
import { type ModelOrder, modelOrder, modelStop, sum } from './money-model.js';
import { moneyHistories } from './money-steps.js';
import { runsOf } from './table.js';

const RUNS = runsOf(12);
/** How many histories the books keep before they are emptied. */
const RUNS_KEPT = 25;

/**
 * Random histories of payments, refunds, disputes and warnings, made at Stripe and here. Their events come in random
 * order, again and again, as two events of one change, late, and some never: those are found by reconciliation.
 */
describe('histories of money', () => {
  const scrip = useScrip({ RECONCILE_SETTLE_SECONDS: '0' });
  let isClean = false;
  const figures = { histories: 0, purchases: 0, events: 0, repairs: 0 };
  beforeAll(async () => {
    await webhooks(scrip, 'drop');
  });
  afterAll(async () => {
    process.stdout.write(`money: ${JSON.stringify(figures)}\n`);
  });

  async function forgetAll(): Promise<void> {
    await forgetSales(scrip);
    await webhooks(scrip, 'drop');
  }

  async function expectTheBooksOfTheModel(history: MoneyHistory): Promise<void> {
    const purchases = await history.atStripe();
    const orders = await history.orders();
    const settled = history.purchases.map(({ checkoutSessionId }) => {
      const [order, ...others] = orders.filter((known) => known.checkoutSessionId === checkoutSessionId);
      expect({ hasOrder: order !== undefined, others }).toEqual({ hasOrder: true, others: [] });
      return order && toModel(order);
    });
    const expected = purchases.map(modelOrder);
    expect(settled).toEqual(expected);

    // What a lenient refund could not take is the only thing that the model cannot know: it depends on when it came.
    const shortCredits = sum(orders.map(({ shortfallCredits }) => shortfallCredits));
    const boughtCredits = sum(purchases.map(({ credits }) => credits));
    const settledCredits = sum(expected.map((order) => order.settledCredits));
    expect(await balanceOf(scrip, history.accountId)).toBe(
      boughtCredits - settledCredits + shortCredits - history.spentCredits,
    );
    const account = await scrip.call('GET', `/v1/accounts/${history.accountId}`);
    expect(account.body.offSessionStop?.reason).toBe(modelStop(purchases));
    await expectTheMoneyOf(history.accountId);
  }

  /** What became of the money, besides what the rules of the books prove. */
  async function expectTheMoneyOf(accountId: string): Promise<void> {
    await allIsFollowed(scrip);
    const [counted] = await scrip.sql(
      `select coalesce(sum(sold), 0) as sold, coalesce(sum(returned), 0) as returned,
         coalesce(sum(sold - recognised - broken - returned), 0) as owed
       from purchase_standings where account_id = $1`,
      [accountId],
    );
    const [paid] = await scrip.sql(
      `select coalesce(sum(charged_minor), 0) as sold,
         coalesce(sum(least(charged_minor,
           (select coalesce(sum(amount_minor), 0) from refunds r where r.order_id = o.id and r.counted)
           + (select coalesce(sum(counted_minor), 0) from disputes d where d.order_id = o.id))), 0) as returned
       from orders o where account_id = $1 and charged_minor is not null`,
      [accountId],
    );
    expect(counted).toMatchObject(paid ?? {});
    if ((await balanceOf(scrip, accountId)) <= 0) expect(counted?.owed).toBe('0');
  }

  it('end with the same books as the model, whatever becomes of their events', async () => {
    await fc.assert(
      fc.asyncProperty(moneyHistories, async (rounds) => {
        // What a failed run has left behind must not fail the next one.
        if (!isClean || figures.histories % RUNS_KEPT === 0) await forgetAll();
        isClean = false;
        const history = await MoneyHistory.begin(scrip);
        for (const round of rounds) await history.play(round);
        await history.end();
        await expectTheBooksOfTheModel(history);
        expect((await scrip.checkBooks()).findings).toEqual([]);
        expect(await scrip.sql('select 1 from parked_facts')).toEqual([]);
        isClean = true;
        figures.histories += 1;
        figures.purchases += history.purchases.length;
        figures.events += history.eventsDelivered;
        figures.repairs += history.findings;
      }),
      { numRuns: RUNS },
    );
  }, 7_200_000);
});

function toModel({ status, refundedMinor, disputedMinor, openDisputes, ...credits }: OrderShown): ModelOrder {
  const settledCredits = credits.lapsedCredits + credits.reversedCredits + credits.shortfallCredits;
  return { status, refundedMinor, disputedMinor, openDisputes, settledCredits };
}
