import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { Clock } from '../../kernel/clock.js';
import { RateCards } from '../../rating/rates/rate-cards.js';
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

  async of(event: UsageEvent): Promise<LedgerCommand> {
    const usedAt = event.time ?? this.clock.now().toISOString();
    const meters = event.lines.map(({ meter }) => meter);
    const { cards, ...rules } = await this.cards.forEvent(meters, new Date(usedAt));
    return usageEventCommand(event, { usedAt, lateDays: this.config.usageLateDays, ...rules }, cards);
  }
}
