import type { Scenario } from '../contest.js';
import { askAll } from '../load/ask-all.js';
import { accountIds } from '../load/job.js';
import { freshKey, Requests } from '../load/requests.js';
import type { Side } from '../side.js';
import { SPREAD } from '../stage.js';
import { overHttp } from './contestants.js';

/** Longer than any run, so that no hold expires while spends are measured. */
const HOLD_SECONDS = 86_400;

/** What a service must do that has many jobs running: every account has credits on hold, and goes on spending. */
export function spendBesideHolds(sides: readonly Side[]): Scenario {
  return {
    id: 'held',
    title: 'Spends over 10,000 accounts that have a hold each',
    unit: 'spends',
    note:
      'Before the first round a hold is opened on each of the accounts, and stays open. Each request picks an account ' +
      'at random.',
    prepare: async () => {
      for (const side of sides) await openHolds(side);
    },
    contestants: sides.map((side) => overHttp(side, 64, { kind: 'spend', accounts: SPREAD })),
  };
}

async function openHolds({ service, key }: Side): Promise<void> {
  if (service === undefined) return;
  const requests = new Requests({ port: service.port, key });
  const holds = accountIds(SPREAD).map((accountId) => {
    const body = `{"accountId":"${accountId}","amount":1,"expiresInSeconds":${HOLD_SECONDS}}`;
    return requests.post('/v1/holds', body, freshKey());
  });
  await askAll(service.port, holds, () => undefined);
}
