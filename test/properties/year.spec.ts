import { useScrip } from '../support/service/scrip.js';
import { entriesOf } from '../support/shop/shop.js';
import { flush, inboxIsDrained, webhooks } from '../support/shop/stripe-side.js';
import { advance } from '../support/shop/subscribe.js';
import type { Overlap } from './year-overlaps.js';
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
  const scrip = useScrip();
  beforeAll(async () => {
    const rollover = { capCredits: 4, months: 1 };
    for (const [key, credits, interval, amountMinor, more] of [
      ['rolling-monthly', 10, 'month', 1200, { rollover }],
      ['rolling-yearly', 10, 'year', 12_000, { rollover }],
      ['basic-yearly', 20, 'year', 15_000, {}],
      ['pro-yearly', 50, 'year', 30_000, {}],
    ] as const) {
      const plan = { kind: 'plan', name: key, credits, interval, prices: [{ currency: 'usd', amountMinor }], ...more };
      const { status, body } = await scrip.call('PUT', `/v1/products/${key}`, plan);
      if (status >= 300) throw new Error(`no ${key}: ${JSON.stringify(body)}`);
    }
  });

  /** All that was held back comes at once, in any order, twice. */
  async function hear(players: YearPlayer[]): Promise<void> {
    await flush(scrip, 'shuffled', 2);
    await inboxIsDrained(scrip);
    for (const player of players) await player.learn();
  }

  /** What a player has done, and what it has given here and in the model, for a failure's message. */
  async function storyOf({ accountId, history, model }: YearPlayer): Promise<string> {
    const given = await scrip.sql<{ line: string }>(
      `select concat_ws(' ', kind, plan, month, credits, status, starts_at::date, ends_at::date, grant_id is not null,
         stripe_invoice_id, stripe_line_id) as line
       from allowances
       where account_id = $1
         and starts_at < $2
       order by starts_at, id`,
      [accountId, scrip.clock.now()],
    );
    const lines = ['given:', ...given.map(({ line }) => line), 'the model:', ...model.given, 'entries:'];
    return [history, ...lines, (await entriesOf(scrip, accountId)).join(', ')].join('\n');
  }

  async function expectTheSameBalances(players: YearPlayer[]): Promise<void> {
    for (const player of players) {
      const [is, shouldBe] = [await player.balance(), player.model.balance];
      if (is !== shouldBe)
        throw new Error(`${player.accountId} has ${is} and not ${shouldBe}: ${await storyOf(player)}`);
    }
  }

  /** Months that were given for a time that a later line has given for as well. */
  async function overlaps(): Promise<(Overlap & { account: string })[]> {
    const pairs = await scrip.sql<{
      account: string;
      subscription: string;
      line: string;
      line_at: Date;
      month_at: Date;
      later_at: Date;
    }>(
      `with granted as (
         select *, min(starts_at) over (partition by stripe_line_id) as line_starts_at
         from allowances
         where kind = 'period'
       )
       select a.account_id as account, a.stripe_subscription_id as subscription, a.stripe_line_id as line,
         a.line_starts_at as line_at, a.starts_at as month_at, b.line_starts_at as later_at
       from granted a
       join granted b on b.stripe_subscription_id = a.stripe_subscription_id
         and (b.line_starts_at, b.id) > (a.line_starts_at, a.id)
       where a.grant_id is not null
         and b.grant_id is not null
         and (a.stripe_invoice_id <> b.stripe_invoice_id or a.stripe_line_id = b.stripe_line_id)
         and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)`,
    );
    return pairs.map(({ account, subscription, line, line_at, month_at, later_at }) => ({
      ...{ account, subscription, line },
      ...{ lineMs: line_at.getTime(), monthMs: month_at.getTime(), laterMs: later_at.getTime() },
    }));
  }

  async function expectNoPeriodTwice(players: YearPlayer[]): Promise<void> {
    for (const overlap of await overlaps()) {
      const player = players.find(({ accountId }) => accountId === overlap.account);
      if (player?.model.overlaps.isRight(overlap)) continue;
      const story = player === undefined ? 'an account of nobody' : await storyOf(player);
      throw new Error(`a period was given twice: ${JSON.stringify(overlap)}\n${story}`);
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
    await expectNoPeriodTwice(players);
    const [counted] = await scrip.sql<{ allowances: string; rolled: string; upgrades: string }>(
      `select count(*) as allowances, sum(rolled_credits) as rolled,
         count(*) filter (where kind = 'upgrade') as upgrades
       from allowances`,
    );
    process.stdout.write(`a year: ${JSON.stringify(counted)}\n`);
  }, 7_200_000);
});
