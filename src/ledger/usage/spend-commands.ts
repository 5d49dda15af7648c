import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { RateCards } from '../../rating/rates/rate-cards.js';
import { spendCommand, spendUsageCommand } from '../commands/spends.js';
import type { LedgerCommand } from '../posting/decide-commands.js';
import { monthOf } from './known-counters.js';
import { isOfLines, type PlainSpend, type UsageSpend } from './spend-requests.js';

/** Makes the commands of spends, with the rate cards that are in force now for those of usage. */
@Injectable()
export class SpendCommands {
  constructor(
    private readonly cards: RateCards,
    private readonly clock: Clock,
  ) {}

  /** At once for a spend of an amount. @throws MeterNotFound: a meter stays, so no key was accepted without it */
  of(key: string, request: PlainSpend | UsageSpend): LedgerCommand | Promise<LedgerCommand> {
    return isOfLines(request) ? this.ofUsage(key, request) : spendCommand(key, request);
  }

  private async ofUsage(key: string, request: UsageSpend): Promise<LedgerCommand> {
    const usedAt = this.clock.now();
    const cards = await this.cards.inForce(new Set(request.lines.map(({ meter }) => meter)), usedAt);
    return spendUsageCommand(key, request, { month: monthOf(usedAt), cards });
  }
}
