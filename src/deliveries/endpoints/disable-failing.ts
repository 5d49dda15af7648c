import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import { Database } from '../../database/database.js';
import { RecurringWork } from '../../jobs/recurring-work.js';
import { addDays, Clock } from '../../kernel/clock.js';
import { DisableEndpoint } from './disable-endpoint.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';

const LOOK_EVERY_MS = 60_000;
/** After so many days without any delivery, and one failure at least, nobody is expected to be there. */
const MOST_DAYS = 5;

/** Disables endpoints to which nothing could be delivered for days. */
@Injectable()
export class DisableFailing implements OnModuleInit {
  private readonly log = new Logger(DisableFailing.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly recurring: RecurringWork,
    private readonly disableEndpoint: DisableEndpoint,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the search for endpoints that fail', everyMs: LOOK_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

  async run(): Promise<void> {
    const failing = {
      status: 'enabled',
      failingSince: LessThanOrEqual(addDays(this.clock.now(), -MOST_DAYS)),
    } as const;
    const endpoints = await this.database.dataSource.manager.find(WebhookEndpoint, { where: failing });
    for (const { id } of endpoints)
      await this.database.transaction(async (tx) => {
        // Something may have been delivered since.
        const lock = { mode: 'for_no_key_update' } as const;
        const stillFailing = await tx.findOne(WebhookEndpoint, { where: { id, ...failing }, lock });
        if (stillFailing !== null) await this.disableEndpoint.run(tx, id, 'failing');
      });
  }
}
