import { effectOf } from '../../src/subscriptions/changes/plan-change.js';

const month = (amountMinor: number) => ({ interval: 'month' as const, amountMinor });
const year = (amountMinor: number) => ({ interval: 'year' as const, amountMinor });

it.each([
  ['one that costs more', month(1500), month(3000), 'now'],
  ['one that costs less', month(3000), month(1500), 'at_period_end'],
  ['one that costs the same', month(1500), month(1500), 'at_period_end'],
  ['a year from a month', month(3000), year(1000), 'now'],
  ['a month from a year', year(1000), month(3000), 'at_period_end'],
  ['a bigger year', year(12_000), year(36_000), 'now'],
  ['a smaller year', year(36_000), year(12_000), 'at_period_end'],
] as const)('a change to %s', (_what, current, wanted, effect) => {
  expect(effectOf(current, wanted)).toBe(effect);
});

it.each([
  ['a year that costs more than what is left', month(9900), year(12_000), [12_000, 9900], 'now'],
  ['a year that costs less than what is left', month(9900), year(1200), [1200, 8700], 'at_period_end'],
  ['a year that costs what is left', month(9900), year(9900), [9900, 9900], 'at_period_end'],
  ['a year at the end of a month', month(9900), year(1200), [1200, 100], 'now'],
  ['a year when nothing is left', month(9900), year(1200), [1200, 0], 'now'],
  ['a year in a trial, which charges later', month(9900), year(1200), [0, 0], 'now'],
  ['a year that a coupon pays', month(9900), year(12_000), [0, 0], 'now'],
  ['a year that a new coupon pays, with money left', month(9900), year(12_000), [0, 4000], 'at_period_end'],
  ['a month that costs more than what is left of a year', year(1000), month(3000), [3000, 10], 'at_period_end'],
  ['one that costs more', month(1500), month(3000), [3000, 1500], 'now'],
  ['one that costs a cent more, rounded', month(1500), month(1501), [750, 750], 'now'],
  [
    'one that costs more than what is held, and less than what was paid',
    month(1500),
    month(3000),
    [3000, 9900],
    'at_period_end',
  ],
  ['one that costs less, whatever would be charged', month(3000), month(1500), [1500, 0], 'at_period_end'],
] as const)('made now, %s', (_what, current, wanted, [charged, returned], effect) => {
  expect(effectOf(current, wanted, { chargedMinor: BigInt(charged), returnedMinor: BigInt(returned) })).toBe(effect);
});
