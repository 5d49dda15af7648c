import { credits } from '../../kernel/credits.js';
import type { RateCard } from '../../rating/pricing/price-lines.js';
import { type CardTerms, cardsOf, termsOf } from '../../rating/rates/rate-version.js';
import { spendJson, usageJson } from '../api/answers.js';
import type { SpendAnswer } from '../api/spends.dto.js';
import { decideSpendEvent } from '../decisions/spend-event.js';
import { countersFor } from '../decisions/spend-usage.js';
import type { LedgerCommand } from '../posting/decide-commands.js';
import { EventReused } from '../usage/events.problems.js';
import { monthOf } from '../usage/known-counters.js';
import { ofUsedLine } from '../usage/spend-requests.js';
import { eventKeyOf, type UsageEvent } from '../usage/usage-events.js';
import { KeptKey } from './command-key.js';
import { eventFingerprint, SPEND_STATUS } from './replay-spend.js';

/** By what an event is decided that does not stand in it. It goes through JSON as it is. */
export interface EventRules {
  /** When the usage happened: RFC 3339 in UTC, with milliseconds. */
  readonly usedAt: string;
  readonly lateDays: number;
  /** A meter of its lines that is not there: known events are answered first. */
  readonly missingMeter?: string;
  /** How far below 0 it may take what is available; absent where it must be paid. */
  readonly maxDebtCredits?: number;
}

/** `cards` has the versions that were in force when it happened. They ride along, as those of a spend by lines do. */
export function usageEventCommand(
  event: UsageEvent,
  rules: EventRules,
  cards: ReadonlyMap<string, RateCard>,
): LedgerCommand<SpendAnswer> {
  const { accountId, source, id, type, isOfLines } = event;
  const { lateDays, missingMeter, maxDebtCredits } = rules;
  const usedAt = new Date(rules.usedAt);
  const key = eventKeyOf(event);
  const by = { month: monthOf(usedAt), lines: event.lines.map(ofUsedLine), cards, usedAt };
  const counters = countersFor(by);
  const idempotency = new EventKey(event, key);
  return {
    get madeOf() {
      return ['usage-event', event, rules, termsOf(cards, by.lines)] as const;
    },
    needs: { accountId, counters, usedAt },
    idempotency,
    status: SPEND_STATUS,
    decide(book) {
      const { spend, entry, usage } = decideSpendEvent(
        book,
        { ...by, counters, event: { source, id, type, isOfLines } },
        { lateDays, missingMeter, maxDebt: maxDebtCredits === undefined ? undefined : credits(maxDebtCredits) },
        { idempotencyKey: key, ownKeyDigest: idempotency.digest, description: null, metadata: null },
      );
      return usageJson(spendJson(entry, spend, book.balance.held), usage);
    },
  };
}

export function usageEventCommandOf(event: UsageEvent, rules: EventRules, terms: CardTerms[]): LedgerCommand {
  return usageEventCommand(event, rules, cardsOf(terms));
}

class EventKey extends KeptKey {
  constructor(
    private readonly event: UsageEvent,
    key: string,
  ) {
    super(event.accountId, key, () => eventFingerprint(event));
  }

  reused(): EventReused {
    const { accountId, source, id } = this.event;
    return new EventReused({ accountId, source, id });
  }
}
