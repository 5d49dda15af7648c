import type { Scenario } from '../contest.js';
import { HOT, SPREAD } from '../stage.js';
import { overHttp } from './contestants.js';
import type { Sides } from './sides.js';

const EVENTS_A_BATCH = 1_000;

/** How near usage events come to what Postgres takes at most: the same rows, already decided, put in by COPY. */
export function usageEvents({ scrip }: Pick<Sides, 'scrip'>): Scenario[] {
  const { url } = scrip;
  if (url === undefined) throw new Error('Scrip has a database');
  return [HOT, SPREAD].map((accounts) => ({
    id: accounts === HOT ? 'events-hot' : 'events-spread',
    title: `Usage events in batches of 1,000 ${accounts === HOT ? 'on one account' : 'over 10,000 accounts'}`,
    unit: 'events',
    note:
      'Each event uses one page, which costs a credit. COPY puts rows that such events have written into a table with ' +
      'the same columns, constraints and indexes, a thousand in a transaction.',
    contestants: [
      overHttp(scrip, 4, { kind: 'events', accounts, items: EVENTS_A_BATCH }, 'events'),
      {
        id: 'copy-1',
        label: 'COPY of the same rows, 1 client',
        side: scrip,
        job: { kind: 'copy', url, rows: EVENTS_A_BATCH, connections: 1 },
      },
    ],
  }));
}
