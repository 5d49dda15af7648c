import { Injectable } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { toJsonInteger } from '../kernel/credits.js';
import { LedgerQueries } from '../ledger/api/ledger.queries.js';
import { toPricedLineAnswer } from '../rating/lines.dto.js';
import { NO_POSITION } from '../rating/pricing/position.js';
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
    // No account has used anything by a meter yet: spends carry no lines.
    const priced = priceLines(lines, cards, NO_POSITION);
    const amount = toJsonInteger(priced.credits);
    const available = accountId === undefined ? null : (await this.ledger.balance(accountId)).available;
    return {
      accountId: accountId ?? null,
      amount,
      rateVersion: meters.size === 1 ? (priced.lines[0]?.rateVersion ?? null) : null,
      affordable: available === null ? null : amount <= available,
      available,
      lines: priced.lines.map(toPricedLineAnswer),
      asOf: now.toISOString(),
    };
  }
}
