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
