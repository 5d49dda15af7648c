import fc from 'fast-check';
import { askedUsage } from '../../src/reports/api/asked-usage.js';
import { daysAndEdges } from '../../src/reports/api/days-and-edges.js';

const QUARTER_MS = 15 * 60_000;
const HOUR_MS = 4 * QUARTER_MS;
const DAY_MS = 24 * HOUR_MS;
const ZONES = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/Los_Angeles', 'Pacific/Auckland', 'Pacific/Apia'];
const NOW = new Date('2027-06-01T00:00:00Z');

const asked = fc
  .record({
    fromMs: fc.integer({ min: 0, max: 365 * 96 }).map((quarter) => Date.UTC(2026, 0) + quarter * QUARTER_MS),
    lastsMs: fc.integer({ min: 1, max: 70 * 96 }).map((quarters) => quarters * QUARTER_MS),
    timezone: fc.constantFrom(...ZONES),
    by: fc.constantFrom(undefined, 'hour', 'day', 'month'),
  })
  .map(({ fromMs, lastsMs, timezone, by }) =>
    askedUsage(
      {
        ...{ from: new Date(fromMs).toISOString(), to: new Date(fromMs + lastsMs).toISOString(), timezone },
        ...(by === undefined ? {} : { by }),
      },
      NOW,
    ),
  );
type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

/** How often each quarter of an hour is in each period, where that is not 0. */
function counted({ midnights, edges }: NonNullable<ReturnType<typeof daysAndEdges>>): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (fromMs: number, toMs: number, period: number, by: number) => {
    for (let ms = fromMs; ms < toMs; ms += QUARTER_MS) {
      const key = `${period} ${ms}`;
      const count = (counts.get(key) ?? 0) + by;
      if (count === 0) counts.delete(key);
      else counts.set(key, count);
    }
  };
  for (const [place, midnightMs] of midnights.entries())
    add(midnightMs, midnights[place + 1] ?? midnightMs, place + 1, 1);
  for (const { fromMs, toMs, gains, loses } of edges) {
    if (gains !== null) add(fromMs, toMs, gains, 1);
    if (loses !== null) add(fromMs, toMs, loses, -1);
  }
  return counts;
}

function whole({ beginnings, toMs }: Asked): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [place, fromMs] of beginnings.entries())
    for (let ms = fromMs; ms < (beginnings[place + 1] ?? toMs); ms += QUARTER_MS) counts.set(`${place + 1} ${ms}`, 1);
  return counts;
}

describe('periods made of days in UTC', () => {
  it('have each of their quarters of an hour once, and no other', () => {
    let made = 0;
    fc.assert(
      fc.property(asked, (one) => {
        const parts = daysAndEdges(one);
        if (parts === undefined) return;
        made += 1;
        expect([...counted(parts)].sort()).toEqual([...whole(one)].sort());
        for (const midnightMs of parts.midnights) expect(midnightMs % DAY_MS).toBe(0);
        for (const { fromMs, toMs } of parts.edges) expect(toMs - fromMs).toBeLessThanOrEqual(12 * HOUR_MS);
      }),
      { numRuns: 200 },
    );
    expect(made).toBeGreaterThan(50);
  });

  it.each<[what: string, timezone: string, by: string | undefined, quarters: number | undefined]>([
    ['no edges in UTC', 'UTC', 'day', 0],
    ['an hour or two a day in Berlin', 'Europe/Berlin', 'day', 28 * 4 + 4 * 8],
    ['edges at both ends alone over all', 'Europe/Berlin', undefined, 4 + 8],
    ['none of hours, which are made of quarters', 'UTC', 'hour', undefined],
  ])('have %s', (_what, timezone, by, quarters) => {
    const [from, to] = timezone === 'UTC' ? ['Z', 'Z'] : ['+01:00', '+02:00'];
    const query = { from: `2027-03-01T00:00:00${from}`, to: `2027-04-01T00:00:00${to}`, timezone };
    const parts = daysAndEdges(askedUsage({ ...query, ...(by === undefined ? {} : { by }) }, NOW));
    expect(parts?.edges.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / QUARTER_MS, 0)).toBe(quarters);
  });
});
