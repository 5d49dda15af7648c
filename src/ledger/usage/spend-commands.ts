import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import type { RateCard } from '../../rating/pricing/price-lines.js';
import { RateCards } from '../../rating/rates/rate-cards.js';
import { spendCommand, spendUsageCommand } from '../commands/spends.js';
import type { LedgerCommand } from '../posting/decide-commands.js';
import { isOfLines, type PlainSpend, type UsageSpend } from './spend-requests.js';

/** Makes the commands of spends, with the rate cards that are in force now for those of usage. */
@Injectable()
export class SpendCommands {
  constructor(
    private readonly cards: RateCards,
    private readonly clock: Clock,
  ) {}

  /**
   * At once for a spend of an amount, and where the cards are in memory.
   * @throws MeterNotFound: a meter stays, so no key was accepted without it
   */
  of(key: string, request: PlainSpend | UsageSpend): LedgerCommand | Promise<LedgerCommand> {
    if (!isOfLines(request)) return spendCommand(key, request);
    const usedAt = this.clock.now();
    const meters = request.lines.map(({ meter }) => meter);
    const command = (cards: Map<string, RateCard>) => spendUsageCommand(key, request, { usedAt, cards });
    const cards = this.cards.atHand(meters, usedAt);
    return cards === undefined ? this.cards.inForce(meters, usedAt).then(command) : command(cards);
  }
}
