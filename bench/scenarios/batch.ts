import type { Scenario } from '../contest.js';
import { HOT, SPREAD } from '../stage.js';
import { bySql, overHttp } from './contestants.js';
import type { Sides } from './sides.js';

const CONNECTIONS = 8;

export function batchOnOneAccount({ scrip, sqlFunction }: Sides, items: number): Scenario {
  return {
    id: 'batch-hot',
    title: `Batches of ${items} spends on one account`,
    unit: 'spends',
    note:
      'A rate of spends, not of requests; latencies are those of a whole request. The function is called with the ' +
      'number of clients that suits it best on one account.',
    contestants: [
      overHttp(scrip, CONNECTIONS, { kind: 'batch', accounts: HOT, items }, `batches of ${items}`),
      bySql(sqlFunction, 4, HOT),
    ],
  };
}

export function batchOverManyAccounts({ scrip, sqlFunction }: Sides, items: number): Scenario {
  return {
    id: 'batch-spread',
    title: `Batches of ${items} spends over 10,000 accounts`,
    unit: 'spends',
    note: 'Each item picks an account at random.',
    contestants: [
      overHttp(scrip, CONNECTIONS, { kind: 'batch', accounts: SPREAD, items }, `batches of ${items}`),
      bySql(sqlFunction, 16, SPREAD),
    ],
  };
}
