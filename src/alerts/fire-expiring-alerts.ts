import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import { Database } from '../database/database.js';
import { RecurringWork } from '../jobs/recurring-work.js';
import { Clock } from '../kernel/clock.js';
import { AnnounceExpiring, type ExpiryNotice } from '../ledger/announce-expiring.js';
import { Alert } from './alert.entity.js';
import { storeFirings } from './alerts.store.js';

const LOOK_EVERY_MS = 60_000;

/** Who is to be told of what, and by which alert of each account. */
interface Asked {
  readonly notice: ExpiryNotice;
  readonly idOf: (accountId: string) => string;
}

/** Fires alerts for what expires, once for each grant and alert. Time alone makes them due. */
@Injectable()
export class FireExpiringAlerts implements OnModuleInit {
  private readonly log = new Logger(FireExpiringAlerts.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly announce: AnnounceExpiring,
    private readonly recurring: RecurringWork,
  ) {}

  onModuleInit(): void {
    const recurring = { work: 'the search for what alerts say of expiry', everyMs: LOOK_EVERY_MS, log: this.log };
    this.recurring.register(recurring, () => this.run());
  }

  async run(): Promise<void> {
    for (const { notice, idOf } of await this.asked())
      await this.announce.run(notice, (tx, accountIds) =>
        storeFirings(tx, new Map(accountIds.map((accountId) => [accountId, idOf(accountId)])), this.clock.now()),
      );
  }

  /** The alerts of accounts that look for the same are asked for together. */
  private async asked(): Promise<Asked[]> {
    const { manager } = this.database.dataSource;
    const expiring = await manager.findBy(Alert, { expiringWithinDays: Not(IsNull()) });
    const common = expiring.filter(({ accountId }) => accountId === null);
    const own = Map.groupBy(
      expiring.filter(({ accountId }) => accountId !== null),
      ({ key, expiringWithinDays }) => `${expiringWithinDays} ${key}`,
    );
    const asked: Asked[] = [...own.values()].map((alerts) => {
      const ids = new Map(alerts.map(({ accountId, id }) => [accountId ?? '', id]));
      const accounts = { only: [...ids.keys()] };
      return { notice: noticeOf(alerts[0], accounts), idOf: (accountId) => ids.get(accountId) ?? '' };
    });
    for (const alert of common) {
      const instead = await manager.find(Alert, { where: { key: alert.key, accountId: Not(IsNull()) } });
      const accounts = { except: instead.map(({ accountId }) => accountId ?? '') };
      asked.push({ notice: noticeOf(alert, accounts), idOf: () => alert.id });
    }
    return asked;
  }
}

function noticeOf(alert: Alert | undefined, accounts: ExpiryNotice['accounts']): ExpiryNotice {
  return { days: alert?.expiringWithinDays ?? 0, alert: alert?.key ?? null, accounts };
}
