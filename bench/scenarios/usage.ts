import type { Scenario } from '../contest.js';
import { HOT, SPREAD } from '../stage.js';
import { overHttp } from './contestants.js';
import type { Sides } from './sides.js';

/** What it costs to price usage by a meter, to count it, and to keep its lines: of spends, and of holds and captures. */
export function spendsByMeter({ scrip }: Pick<Sides, 'scrip'>): Scenario[] {
  return [HOT, SPREAD].flatMap((accounts): Scenario[] => {
    const [name, where] = accounts === HOT ? ['hot', 'on one account'] : ['spread', 'over 10,000 accounts'];
    return [
      {
        id: `usage-${name}`,
        title: `Spends by a meter ${where}`,
        unit: 'spends',
        note: 'Each request uses one page, which costs a credit, next to spends of an amount of one credit.',
        contestants: [
          overHttp(scrip, 64, { kind: 'spend', accounts }, 'an amount'),
          overHttp(scrip, 64, { kind: 'usage', accounts }, 'a meter'),
        ],
      },
      {
        id: `usage-holds-${name}`,
        title: `Hold and capture by a meter ${where}`,
        unit: 'pairs',
        note: 'A pair holds and captures one page, next to pairs of an amount of one credit; a pair counts once.',
        contestants: [
          overHttp(scrip, 64, { kind: 'hold-and-capture', accounts }, 'an amount'),
          overHttp(scrip, 64, { kind: 'hold-and-capture-usage', accounts }, 'a meter'),
        ],
      },
    ];
  });
}
