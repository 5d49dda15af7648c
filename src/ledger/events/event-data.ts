import { type Credits, subtractCredits, toJsonInteger } from '../../kernel/credits.js';
import { grantAnswer, holdAnswer, reversalAnswer } from '../api/answers.js';
import type { GrantAnswer } from '../api/grants.dto.js';
import type { HoldAnswer } from '../api/holds.dto.js';
import type { ReversalAnswer } from '../api/spends.dto.js';
import type { LapsedGrantAnswer, LowBalanceAnswer, StandingAnswer } from './events.dto.js';
import type { NotedEvent } from './noted-event.js';

/** What is told of an event: the object as the API shows it. `now` is when it is written. */
export function eventData(
  accountId: string,
  event: NotedEvent,
  now: Date,
): GrantAnswer | LapsedGrantAnswer | HoldAnswer | ReversalAnswer | StandingAnswer | LowBalanceAnswer {
  switch (event.type) {
    case 'grant.created':
      return grantAnswer(event.grant, now);
    case 'grant.expired':
    case 'grant.voided':
      return { ...grantAnswer(event.grant, now), lapsedCredits: toJsonInteger(event.lapsed) };
    case 'hold.expired':
      return holdAnswer(accountId, event.hold);
    case 'spend.reversed':
      return reversalAnswer(event.reversed);
    case 'balance.depleted':
    case 'balance.recovered':
      return standingAnswer(accountId, event);
    case 'balance.low':
      return { ...standingAnswer(accountId, event), alert: event.alert, belowCredits: toJsonInteger(event.below) };
  }
}

function standingAnswer(accountId: string, { balance, held }: { balance: Credits; held: Credits }): StandingAnswer {
  const available = toJsonInteger(subtractCredits(balance, held));
  return { accountId, balance: toJsonInteger(balance), held: toJsonInteger(held), available };
}
