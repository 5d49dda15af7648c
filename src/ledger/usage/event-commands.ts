import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Clock } from '../../kernel/clock.js';
import { type EventCards, RateCards } from '../../rating/rates/rate-cards.js';
import { usageEventCommand } from '../commands/usage-events.js';
import type { LedgerCommand } from '../posting/decide-commands.js';
import type { UsageEvent } from './usage-events.js';

/** Makes the commands of usage events, with the rate cards that were in force when the usage happened. */
@Injectable()
export class EventCommands {
  constructor(
    private readonly cards: RateCards,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'usageLateDays'>,
  ) {}

  /** At once where the cards are in memory. */
  of(event: UsageEvent): LedgerCommand | Promise<LedgerCommand> {
    const usedAt = event.time ?? this.clock.now().toISOString();
    const { usageLateDays: lateDays } = this.config;
    const make = ({ cards, missingMeter, maxDebtCredits }: EventCards) =>
      usageEventCommand(event, { usedAt, lateDays, missingMeter, maxDebtCredits }, cards);
    const meters = event.lines.map(({ meter }) => meter);
    const found = this.cards.forEvent(meters, new Date(usedAt));
    return found instanceof Promise ? found.then(make) : make(found);
  }
}
