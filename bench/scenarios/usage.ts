import type { Scenario } from '../contest.js';
import { HOT, SPREAD } from '../stage.js';
import { overHttp } from './contestants.js';
import type { Sides } from './sides.js';

/** What it costs to price a spend by a meter, to count it, and to keep its line. */
export function spendsByMeter({ scrip }: Pick<Sides, 'scrip'>): Scenario[] {
  return [HOT, SPREAD].map((accounts) => ({
    id: accounts === HOT ? 'usage-hot' : 'usage-spread',
    title: `Spends by a meter ${accounts === HOT ? 'on one account' : 'over 10,000 accounts'}`,
    unit: 'spends',
    note: 'Each request uses one page, which costs a credit, next to spends of an amount of one credit.',
    contestants: [
      overHttp(scrip, 64, { kind: 'spend', accounts }, 'an amount'),
      overHttp(scrip, 64, { kind: 'usage', accounts }, 'a meter'),
    ],
  }));
}
