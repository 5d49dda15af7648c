import { keyDigest } from '../../idempotency/idempotency-key.js';
import { credits } from '../../kernel/credits.js';
import type { RateCard } from '../../rating/pricing/price-lines.js';
import { type CardTerms, cardsOf, termsOf } from '../../rating/rates/rate-version.js';
import { spendJson, usageJson } from '../api/answers.js';
import type { SpendAnswer } from '../api/spends.dto.js';
import type { Book } from '../book/book.js';
import type { Needs } from '../book/read-books.js';
import { decideSpendEvent } from '../decisions/spend-event.js';
import { countersFor } from '../decisions/spend-usage.js';
import type { CommandKey, CommandParts, LedgerCommand } from '../posting/decide-commands.js';
import { EventReused } from '../usage/events.problems.js';
import { monthOf } from '../usage/known-counters.js';
import { ofUsedLine } from '../usage/spend-requests.js';
import { eventKeyOf, type UsageEvent } from '../usage/usage-events.js';
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
  return new UsageEventCommand(event, rules, cards);
}

export function usageEventCommandOf(event: UsageEvent, rules: EventRules, terms: CardTerms[]): LedgerCommand {
  return usageEventCommand(event, rules, cardsOf(terms));
}

/** Keeps what it is made of and nothing else until it is decided: of a batch a thousand wait. */
class UsageEventCommand implements LedgerCommand<SpendAnswer> {
  readonly needs: Needs;
  readonly idempotency: EventKey;
  readonly status = SPEND_STATUS;

  constructor(
    private readonly event: UsageEvent,
    private readonly rules: EventRules,
    private readonly cards: ReadonlyMap<string, RateCard>,
  ) {
    const usedAt = new Date(rules.usedAt);
    const counters = countersFor({ month: monthOf(usedAt), lines: event.lines, cards });
    this.needs = { accountId: event.accountId, counters, usedAt };
    this.idempotency = new EventKey(event);
  }

  get madeOf(): CommandParts {
    const { event, rules, cards } = this;
    return ['usage-event', event, rules, termsOf(cards, event.lines)];
  }

  decide(book: Book): string {
    const { event, cards, idempotency } = this;
    const { counters = [], usedAt = book.now } = this.needs;
    const { lateDays, missingMeter, maxDebtCredits } = this.rules;
    const { spend, entry, usage } = decideSpendEvent(
      book,
      { month: monthOf(usedAt), lines: event.lines.map(ofUsedLine), cards, usedAt, counters, event },
      { lateDays, missingMeter, maxDebt: maxDebtCredits === undefined ? undefined : credits(maxDebtCredits) },
      { idempotencyKey: idempotency.key, ownKeyDigest: idempotency.digest, description: null, metadata: null },
    );
    return usageJson(spendJson(entry, spend, book.balance.held), usage);
  }
}

class EventKey implements CommandKey {
  private made: Buffer | undefined;

  constructor(private readonly event: UsageEvent) {}

  get key(): string {
    return eventKeyOf(this.event);
  }

  get digest(): Buffer {
    this.made ??= keyDigest(this.event.accountId, this.key);
    return this.made;
  }

  get fingerprint(): Buffer {
    return eventFingerprint(this.event);
  }

  reused(): EventReused {
    const { accountId, source, id } = this.event;
    return new EventReused({ accountId, source, id });
  }
}
