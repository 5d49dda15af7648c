import { Injectable } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { credits, toJsonInteger } from '../kernel/credits.js';
import { LedgerQueries } from '../ledger/api/ledger.queries.js';
import { canAfford } from '../ledger/decisions/afford.js';
import { countersFor, type PricedBy } from '../ledger/decisions/spend-usage.js';
import { monthOf } from '../ledger/usage/known-counters.js';
import { toPricedLineAnswer } from '../rating/lines.dto.js';
import { NO_POSITION, type Position } from '../rating/pricing/position.js';
import { priceLines, type UsageLine } from '../rating/pricing/price-lines.js';
import { RateCards } from '../rating/rates/rate-cards.js';
import type { QuoteAnswer } from './quotes.dto.js';

/** What usage would cost. Reads, and changes nothing. */
@Injectable()
export class Quotes {
  constructor(
    private readonly cards: RateCards,
    private readonly ledger: LedgerQueries,
    private readonly clock: Clock,
  ) {}

  /** @throws MeterNotFound, UsageNotPriced, PriceOutOfRange, AccountNotFound */
  async quote(lines: readonly UsageLine[], accountId: string | undefined): Promise<QuoteAnswer> {
    const now = this.clock.now();
    const meters = new Set(lines.map(({ meter }) => meter));
    const cards = await this.cards.inForce(meters, now);
    const usage = { usedAt: now, month: monthOf(now), lines, cards };
    const priced = priceLines(lines, cards, await this.position(accountId, usage));
    const amount = toJsonInteger(priced.credits);
    const available = accountId === undefined ? null : (await this.ledger.balance(accountId)).available;
    return {
      accountId: accountId ?? null,
      amount,
      rateVersion: meters.size === 1 ? (priced.lines[0]?.rateVersion ?? null) : null,
      affordable: available === null ? null : canAfford(credits(available), priced.credits),
      available,
      lines: priced.lines.map(toPricedLineAnswer),
      asOf: now.toISOString(),
    };
  }

  private position(accountId: string | undefined, usage: PricedBy): Position | Promise<Position> {
    if (accountId === undefined) return NO_POSITION;
    return this.ledger.position(accountId, { counters: countersFor(usage), usedAt: usage.usedAt });
  }
}
