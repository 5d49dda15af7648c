import { beginningOf, beginningsOf, type Period } from '../../src/reports/api/periods.js';

const HOUR_MS = 3_600_000;

function periods(period: Period, timezone: string, from: string, to: string): string[] {
  const span = { fromMs: Date.parse(from), toMs: Date.parse(to), max: 10_000 };
  return beginningsOf(period, timezone, span).map((ms) => new Date(ms).toISOString().slice(0, 16));
}

/** How many hours each day has. */
function hoursOf(timezone: string, from: string, to: string): number[] {
  const beginnings = [...periods('day', timezone, from, to).map((text) => Date.parse(`${text}Z`)), Date.parse(to)];
  return beginnings.slice(1).map((end, index) => (end - (beginnings[index] ?? 0)) / HOUR_MS);
}

describe('the periods of a time zone', () => {
  it('are days of 23 and 25 hours where clocks change', () => {
    expect(hoursOf('Europe/Berlin', '2026-03-28T00:00+01:00', '2026-03-31T00:00+02:00')).toEqual([24, 23, 24]);
    expect(hoursOf('Europe/Berlin', '2026-10-24T00:00+02:00', '2026-10-27T00:00+01:00')).toEqual([24, 25, 24]);
    expect(hoursOf('Australia/Lord_Howe', '2026-04-04T00:00+11:00', '2026-04-07T00:00+10:30')).toEqual([24, 24.5, 24]);
  });

  it('are days that begin when they first begin, and where there is no midnight', () => {
    // At one o'clock it is midnight once more.
    expect(hoursOf('America/Havana', '2026-10-31T00:00-04:00', '2026-11-03T00:00-05:00')).toEqual([24, 25, 24]);
    // At midnight it is one o'clock.
    expect(periods('day', 'America/Santiago', '2026-09-05T00:00-04:00', '2026-09-07T00:00-03:00')).toEqual([
      ...['2026-09-05T04:00', '2026-09-06T04:00'],
    ]);
  });

  it('are hours that come twice, or not at all', () => {
    expect(periods('hour', 'Europe/Berlin', '2026-10-24T23:00Z', '2026-10-25T03:00Z')).toEqual([
      ...['2026-10-24T23:00', '2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00'],
    ]);
    expect(periods('hour', 'Australia/Lord_Howe', '2026-04-04T14:00Z', '2026-04-04T16:30Z')).toEqual([
      ...['2026-04-04T14:00', '2026-04-04T15:00', '2026-04-04T15:30'],
    ]);
  });

  it('begin at half hours and quarters, as their zone does', () => {
    expect(periods('day', 'Asia/Kolkata', '2026-11-01T00:00+05:30', '2026-11-03T00:00+05:30')).toEqual([
      ...['2026-10-31T18:30', '2026-11-01T18:30'],
    ]);
    expect(periods('hour', 'Asia/Kathmandu', '2026-11-01T00:15Z', '2026-11-01T02:15Z')).toEqual([
      ...['2026-11-01T00:15', '2026-11-01T01:15'],
    ]);
  });

  it('are months of their zone, and the ends of a span cut them off', () => {
    expect(periods('month', 'Pacific/Auckland', '2026-01-15T00:00Z', '2026-04-02T00:00Z')).toEqual([
      ...['2026-01-15T00:00', '2026-01-31T11:00', '2026-02-28T11:00', '2026-03-31T11:00'],
    ]);
    // An hour longer than any other.
    expect(periods('month', 'Europe/Berlin', '2026-10-01T00:00+02:00', '2026-12-01T00:00+01:00')).toEqual([
      ...['2026-09-30T22:00', '2026-10-31T23:00'],
    ]);
    expect(periods('day', 'UTC', '2026-11-01T22:45Z', '2026-11-02T00:15Z')).toEqual([
      ...['2026-11-01T22:45', '2026-11-02T00:00'],
    ]);
  });

  it('are known for any moment within', () => {
    const at = (period: Period, zone: string, text: string) =>
      new Date(beginningOf(period, zone, Date.parse(text))).toISOString().slice(0, 16);
    expect(at('month', 'Europe/Berlin', '2026-11-30T22:59:59.999Z')).toBe('2026-10-31T23:00');
    expect(at('month', 'Europe/Berlin', '2026-11-30T23:00Z')).toBe('2026-11-30T23:00');
    expect(at('day', 'Asia/Kathmandu', '2026-11-30T12:00Z')).toBe('2026-11-29T18:15');
  });

  it('are no more than are asked for, and one', () => {
    const span = { fromMs: 0, toMs: 400 * HOUR_MS, max: 10 };
    expect(beginningsOf('hour', 'UTC', span)).toHaveLength(11);
  });
});
