import { randomUUID } from 'node:crypto';
import { Follower } from '../../../src/reports/following/follower.js';
import { useScrip } from '../../support/service/scrip.js';
import { openAccount, type TestAccount } from '../../support/shop/account.js';
import { allIsFollowed } from './money-followed.js';

const SPENDS = 300;

interface Cost {
  amountMinor: number;
  currency: string;
}
type Told = [spendId: string, costs: Cost[]];

const sumOf = (told: Told[]) =>
  told.flatMap(([, costs]) => costs).reduce((sum, { amountMinor }) => sum + amountMinor, 0);

describe('what spends have cost', () => {
  const scrip = useScrip({ ROLE: 'api' });
  let ada: TestAccount;

  beforeEach(async () => {
    ada = await openAccount(scrip);
    await ada.grant(1_001, { category: 'paid', costBasis: { amountMinor: 777, currency: 'usd' } });
    await ada.grant(2_000, { category: 'paid', costBasis: { amountMinor: 999, currency: 'eur' } });
  });
  afterEach(async () => {
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });

  async function spendMany(amount: number): Promise<void> {
    const items = Array.from({ length: SPENDS }, () => ({ idempotencyKey: randomUUID(), accountId: ada.id, amount }));
    expect((await scrip.call('POST', '/v1/spends/batch', { items }, { idempotencyKey: randomUUID() })).status).toBe(
      200,
    );
  }

  /** By spend, newest first. */
  async function costs(): Promise<Told[]> {
    const told: Told[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await scrip.call('GET', `/v1/spends?accountId=${ada.id}&limit=100${cursor}`);
      for (const { id, allocations } of body.data) told.push([id, allocations.map(({ cost }: { cost: Cost }) => cost)]);
      if (body.nextCursor === null) return told;
      cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
    }
  }

  const checkpoints = async () =>
    Number((await scrip.sql('select count(*) as n from lot_checkpoints where account_id = $1', [ada.id]))[0]?.n);

  it('are told of each without a row of each, and are the same before they are followed', async () => {
    await spendMany(3);
    const { body } = await ada.spend(50);
    await ada.reverse(body.id, 20);
    const half = (await ada.spend(200)).body;
    await spendMany(4);
    await ada.reverse(half.id);
    const atOnce = await costs();
    expect(atOnce).toHaveLength(2 * SPENDS + 2);
    await allIsFollowed(scrip);
    expect(await costs()).toEqual(atOnce);
    expect(await checkpoints()).toBeLessThan(12);
    // The first ones took 900 credits of the first grant, together.
    expect(sumOf(atOnce.slice(-SPENDS))).toBe(Math.round((777 * 900) / 1_001));
  });

  it('need no row where an account is followed again and again', async () => {
    const follower = scrip.running.app.get(Follower);
    for (let spends = 0; spends < 20; spends += 1) {
      await ada.spend(1);
      await follower.followOne(ada.id, { withinMs: 60_000 });
    }
    // One for each grant that was paid for.
    expect(await checkpoints()).toBe(2);
    expect(sumOf(await costs())).toBe(Math.round((777 * 20) / 1_001));
  });
});
