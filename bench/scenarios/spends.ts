import type { Scenario } from '../contest.js';
import { HOT, SPREAD } from '../stage.js';
import { bySql, overHttp } from './contestants.js';
import type { Sides } from './sides.js';

const WHAT_EACH_DOES =
  'Scrip does all that it does in production: it checks the key and its scope, the body and the idempotency key, ' +
  'burns down grants, writes entry, allocations, spend, stored answer and a chained hash. The two classic designs ' +
  'write a balance and an entry with a unique key, and nothing else; the function has no HTTP either.';

export function spendOnOneAccount({ scrip, classic, sqlFunction, nothing }: Sides): Scenario {
  return {
    id: 'hot',
    title: 'Spends on one account',
    unit: 'spends',
    note:
      `Every request spends from the same account. ${WHAT_EACH_DOES} The last row is what the framework can answer ` +
      'at all on this machine.',
    contestants: [
      overHttp(scrip, 64, { kind: 'spend', accounts: HOT }),
      overHttp(classic, 64, { kind: 'spend', accounts: HOT }),
      bySql(sqlFunction, 4, HOT),
      overHttp(scrip, 256, { kind: 'spend', accounts: HOT }),
      overHttp(classic, 256, { kind: 'spend', accounts: HOT }),
      bySql(sqlFunction, 64, HOT),
      overHttp(nothing, 64, { kind: 'spend', accounts: HOT }),
    ],
  };
}

export function spendOverManyAccounts({ scrip, classic, sqlFunction }: Sides): Scenario {
  return {
    id: 'spread',
    title: 'Spends over 10,000 accounts',
    unit: 'spends',
    note: `Each request picks an account at random. ${WHAT_EACH_DOES}`,
    contestants: [
      overHttp(scrip, 64, { kind: 'spend', accounts: SPREAD }),
      overHttp(classic, 64, { kind: 'spend', accounts: SPREAD }),
      bySql(sqlFunction, 16, SPREAD),
      overHttp(scrip, 256, { kind: 'spend', accounts: SPREAD }),
      overHttp(classic, 256, { kind: 'spend', accounts: SPREAD }),
    ],
  };
}
