import type { Scenario } from '../contest.js';
import { HOT, SPREAD } from '../stage.js';
import { overHttp } from './contestants.js';
import type { Sides } from './sides.js';

const EVENTS_A_BATCH = 1_000;

/** How near usage events come to what Postgres takes at most: the same rows, already decided, put in by COPY. */
export function usageEvents({ scrip }: Pick<Sides, 'scrip'>): Scenario[] {
  const { url } = scrip;
  if (url === undefined) throw new Error('Scrip has a database');
  const copy = { kind: 'copy', url, rows: EVENTS_A_BATCH, connections: 1 } as const;
  return [HOT, SPREAD].map((accounts) => ({
    id: accounts === HOT ? 'events-hot' : 'events-spread',
    title: `Usage events in batches of 1,000 ${accounts === HOT ? 'on one account' : 'over 10,000 accounts'}`,
    unit: 'events',
    note:
      'Each event uses one page, which costs a credit. COPY puts rows that such events of as many accounts have written ' +
      'into tables with the same columns, constraints and indexes: a thousand entries in a transaction, and in the last ' +
      'row with them the balance of each account among them, which events write as well. All rates are of events.',
    contestants: [
      overHttp(scrip, 4, { kind: 'events', accounts, items: EVENTS_A_BATCH }, 'events'),
      {
        id: 'copy-entries',
        label: 'COPY of their entries, 1 client',
        side: scrip,
        job: { ...copy, accounts, withBalances: false },
      },
      {
        id: 'copy-rows',
        label: 'COPY of their entries and balances, 1 client',
        side: scrip,
        job: { ...copy, accounts, withBalances: true },
      },
    ],
  }));
}
