import { startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { flush, inboxIsDrained, webhooks } from '../support/shop/stripe-side.js';
import { advance } from '../support/shop/subscribe.js';
import { type Dice, YearPlayer } from './year-player.js';

/** A hundred subscribers take half an hour; what `npm test` has time for is a sample of them. */
const SUBSCRIBERS = Number(process.env.SCRIP_SUBSCRIBERS ?? (process.env.SCRIP_SOAK === undefined ? 2 : 100));
const SEED = Number(process.env.SCRIP_SEED ?? 20_261_121);
const DAYS = 370;

/** Mulberry32: the same seed lives the same year. */
function diceOf(seed: number): Dice {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

describe(`a year of ${SUBSCRIBERS} subscribers, seed ${SEED}`, () => {
  let scrip: TestScrip;
  beforeAll(async () => {
    scrip = await startTestScrip();
    await scrip.call('PUT', '/v1/products/rolling-monthly', {
      kind: 'plan',
      name: 'Rolling',
      credits: 10,
      prices: [{ currency: 'usd', amountMinor: 1200 }],
      rollover: { capCredits: 4, months: 1 },
    });
  });
  afterAll(() => scrip.close());

  /** All that was held back comes at once, in any order, twice. */
  async function hear(players: YearPlayer[]): Promise<void> {
    await flush(scrip, 'shuffled', 2);
    await inboxIsDrained(scrip);
    for (const player of players) await player.learn();
  }

  async function expectTheSameBalances(players: YearPlayer[]): Promise<void> {
    for (const player of players) {
      const [is, shouldBe] = [await player.balance(), player.model.balance];
      if (is !== shouldBe) throw new Error(`${player.accountId} has ${is} and not ${shouldBe}: ${player.history}`);
    }
  }

  it('ends with the credits of the model, clean books, and no period granted twice', async () => {
    const dice = diceOf(SEED);
    await webhooks(scrip, 'hold');
    const players: YearPlayer[] = [];
    for (let count = 0; count < SUBSCRIBERS; count += 1) players.push(await YearPlayer.begin(scrip, dice));
    await hear(players);
    for (let day = 0; day < DAYS; ) {
      for (const player of players) await player.act();
      const days = 2 + dice(9);
      await advance(scrip, { days });
      day += days;
      await hear(players);
      await expectTheSameBalances(players);
    }
    expect((await scrip.checkBooks()).findings).toEqual([]);
    const overlapping = await scrip.sql<{ invoice: string }>(
      `select case when b.starts_at >= a.starts_at then b.stripe_invoice_id else a.stripe_invoice_id end as invoice
       from allowances a
       join allowances b on b.stripe_subscription_id = a.stripe_subscription_id and b.id > a.id
       where a.kind = 'period'
         and b.kind = 'period'
         and a.grant_id is not null
         and b.grant_id is not null
         and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)`,
    );
    const begunAnew = (invoice: string) => players.some(({ model }) => model.begunAnew.has(invoice));
    expect(overlapping.filter(({ invoice }) => !begunAnew(invoice))).toEqual([]);
    const [counted] = await scrip.sql<{ allowances: string; rolled: string; upgrades: string }>(
      `select count(*) as allowances, sum(rolled_credits) as rolled, count(*) filter (where kind = 'upgrade') as upgrades
       from allowances`,
    );
    process.stdout.write(`a year: ${JSON.stringify(counted)}\n`);
  }, 7_200_000);
});
