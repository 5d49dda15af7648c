import type { Scenario } from '../contest.js';
import { HOT, SPREAD } from '../stage.js';
import { overHttp } from './contestants.js';
import type { Sides } from './sides.js';

/** A job that runs for a while: its credits are held first and captured when it is done. */
export function holdsAndCaptures({ scrip }: Sides): Scenario[] {
  const note =
    'A pair is two requests, a hold and its capture, and counts once; latencies are those of the pair. The classic ' +
    'designs have no holds.';
  return [
    {
      id: 'holds-hot',
      title: 'Hold and capture on one account',
      unit: 'pairs',
      note,
      contestants: [overHttp(scrip, 64, { kind: 'hold-and-capture', accounts: HOT })],
    },
    {
      id: 'holds-spread',
      title: 'Hold and capture over 10,000 accounts',
      unit: 'pairs',
      note,
      contestants: [overHttp(scrip, 64, { kind: 'hold-and-capture', accounts: SPREAD })],
    },
  ];
}
