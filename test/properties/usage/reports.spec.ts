import fc from 'fast-check';
import { Posting } from '../../../src/ledger/posting.js';
import { EventCommands } from '../../../src/ledger/usage/event-commands.js';
import { Follower } from '../../../src/reports/following/follower.js';
import { startTestScrip, type TestScrip, useScrip } from '../../support/service/scrip.js';
import { openAccount, outcomeOf } from '../../support/shop/account.js';
import { haveMeters, usageOf } from '../../support/shop/usage.js';
import { runsOf } from '../table.js';

const RUNS = runsOf(15);
const QUARTER_MS = 900_000;
const QUARTERS_OF_A_DAY = 96;
const ZONES = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Auckland'];

const line = fc.record({
  meter: fc.constantFrom('words', 'pages'),
  quantity: fc.integer({ min: 0, max: 7 }),
  kind: fc.constantFrom('', 'in', 'out'),
});
/** How many minutes before the start of the test it was used; undefined for now. */
const age = fc.option(fc.nat({ max: 30 * 24 * 60 }), { nil: undefined });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('use' as const),
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
      age,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('spend' as const), amount: fc.integer({ min: 1, max: 9 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('undo' as const),
      which: fc.nat({ max: 6 }),
      what: fc.oneof(
        fc.constant({}),
        fc.record({ amount: fc.integer({ min: 1, max: 8 }) }),
        fc.record({ lines: fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1, maxLength: 2 }) }),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('follow' as const) }) },
);
const asked = fc.record({
  fromQuarter: fc.nat({ max: 32 * QUARTERS_OF_A_DAY }),
  quarters: fc.integer({ min: 1, max: 32 * QUARTERS_OF_A_DAY }),
  timezone: fc.constantFrom(...ZONES),
  isByDay: fc.boolean(),
  isByKind: fc.boolean(),
  meter: fc.constantFrom(undefined, 'words'),
});

/** A line of a spend, and what is left of it. */
interface Used {
  readonly atMs: number;
  readonly meter: string;
  readonly kind: string;
  quantity: number;
  credits: number;
}
type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

describe(`reports over ${RUNS} random histories of usage, by two processes`, () => {
  const scrip = useScrip();
  let other: TestScrip;
  let firstMs: number;
  beforeAll(async () => {
    const perUnit = (credits: number) => ({ prices: [{ match: {}, credits, per: 1 }] });
    await haveMeters(scrip, { words: perUnit(3), pages: { prices: [{ match: {}, credits: 1, per: 2 }] } });
    other = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
    firstMs = Math.floor(scrip.clock.now().getTime() / QUARTER_MS - 31 * QUARTERS_OF_A_DAY) * QUARTER_MS;
  });
  afterAll(() => other?.close());

  let events = 0;
  async function use(accountId: string, lines: { meter: string; quantity: number; kind: string }[], time?: string) {
    events += 1;
    const command = await scrip.running.app.get(EventCommands, { strict: false }).of({
      ...{ accountId, source: '/test', id: `${events}`, type: 'words', isOfLines: true },
      ...(time === undefined ? {} : { time }),
      lines: lines.map(({ meter, quantity, kind }) => ({
        ...{ meter, quantity: `${quantity}` },
        dimensions: kind === '' ? ({} as Record<string, string>) : { kind },
      })),
    });
    const posting = scrip.running.app.get(Posting, { strict: false });
    return JSON.parse((await posting.post(command)).body) as { id: string; lines: { credits: number }[] };
  }

  it('are the sums of what is left of the spends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25, size: 'max' }),
        fc.array(asked, { minLength: 3, maxLength: 6 }),
        async (steps, reports) => {
          const account = await openAccount(scrip);
          await account.grant(10_000);
          const spends: { id: string; lines: Used[] }[] = [];
          for (const one of steps) {
            const nowMs = scrip.clock.now().getTime();
            if (one.do === 'use') {
              const atMs = one.age === undefined ? nowMs : nowMs - one.age * 60_000;
              const { id, lines } = await use(account.id, one.lines, new Date(atMs).toISOString());
              const usedLines = one.lines.map((asks, place) => ({
                ...{ ...asks, atMs, credits: lines[place]?.credits ?? 0 },
              }));
              spends.push({ id, lines: usedLines });
            } else if (one.do === 'spend') {
              const { body } = await account.spend(one.amount);
              const atMs = Date.parse(body.createdAt);
              spends.push({ id: body.id, lines: [{ atMs, meter: '', kind: '', quantity: 0, credits: one.amount }] });
            } else if (one.do === 'undo') {
              const spend = spends[one.which];
              if (spend === undefined) continue;
              const answer = await usageOf(other, account.id).undo(spend.id, one.what);
              if (outcomeOf(answer) === 'accepted') takeBack(spend.lines, one.what);
            } else await other.running.app.get(Follower).followAll({ withinMs: 60_000 });
          }
          for (const one of reports) expect(await rowsOf(account.id, one)).toEqual(expectedRows(spends, one));
          expect((await scrip.checkBooks()).findings).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
  }, 1_800_000);

  function spanOf({ fromQuarter, quarters }: Asked) {
    const fromMs = firstMs + fromQuarter * QUARTER_MS;
    return { fromMs, toMs: fromMs + quarters * QUARTER_MS };
  }

  async function rowsOf(accountId: string, one: Asked): Promise<string[]> {
    const { fromMs, toMs } = spanOf(one);
    const by = [...(one.isByDay ? ['day'] : []), ...(one.isByKind ? ['kind'] : [])].join(',');
    const query = new URLSearchParams({
      ...{ from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), timezone: one.timezone },
      ...(by === '' ? {} : { by }),
      ...(one.meter === undefined ? {} : { meter: one.meter }),
    });
    const { body } = await other.call('GET', `/v1/accounts/${accountId}/usage?${query}`);
    return body.data
      .map(
        (row: {
          from: string;
          meter: string | null;
          dimensions: { kind?: string };
          quantity: string;
          credits: number;
        }) =>
          `${one.isByDay ? dayOf(Date.parse(row.from), one.timezone) : ''} ${row.meter ?? ''} ` +
          `${row.dimensions.kind ?? ''}: ${row.quantity ?? 0}, ${row.credits}`,
      )
      .sort();
  }

  function expectedRows(spends: { lines: Used[] }[], one: Asked): string[] {
    const { fromMs, toMs } = spanOf(one);
    const within = spends
      .flatMap(({ lines }) => lines)
      .filter(({ atMs, meter }) => atMs >= fromMs && atMs < toMs && (one.meter === undefined || one.meter === meter));
    const nameOf = ({ atMs, meter, kind }: Used) =>
      `${one.isByDay ? dayOf(atMs, one.timezone) : ''} ${meter} ${one.isByKind ? kind : ''}`;
    return [...Map.groupBy(within, nameOf)]
      .map(([name, lines]) => ({
        name,
        quantity: lines.reduce((sum, { quantity }) => sum + quantity, 0),
        credits: lines.reduce((sum, { credits }) => sum + credits, 0),
      }))
      .filter(({ quantity, credits }) => quantity !== 0 || credits !== 0)
      .map(({ name, quantity, credits }) => `${name}: ${quantity}, ${credits}`)
      .sort();
  }
});

function dayOf(atMs: number, timezone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone }).format(atMs);
}

/** What an accepted reversal takes off the lines: all, those at some places, or credits of the last ones first. */
function takeBack(lines: Used[], what: { amount?: number; lines?: number[] }): void {
  if (what.amount === undefined) {
    const isPlain = lines[0]?.meter === '';
    for (const place of (isPlain ? undefined : what.lines) ?? lines.keys())
      Object.assign(lines[place] ?? {}, { quantity: 0, credits: 0 });
    return;
  }
  let { amount } = what;
  for (const one of lines.toReversed()) {
    const given = Math.min(amount, one.credits);
    one.credits -= given;
    amount -= given;
  }
}
