import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { LedgerQueries } from '../ledger/api/ledger.queries.js';
import type { Marks } from '../ledger/marks/marks.js';
import { MarksQueries } from '../ledger/marks/marks.queries.js';
import { Alert } from './alert.entity.js';
import { AlertFiring } from './alert-firing.entity.js';
import type { AlertAnswer, AlertState, CommonAlertAnswer } from './alerts.dto.js';
import { AlertNotFound } from './alerts.problems.js';
import { alertsOf } from './alerts.store.js';

/** What is known of an account besides its alerts. */
interface Watched {
  readonly available: number;
  readonly marks: Marks;
  /** When alerts for what expires have fired last of it, by their ids. */
  readonly firings: ReadonlyMap<string, Date>;
}

@Injectable()
export class AlertsQueries {
  constructor(
    private readonly database: Database,
    private readonly ledger: LedgerQueries,
    private readonly marks: MarksQueries,
  ) {}

  /**
   * All that look at an account, by their keys: its own, and those for all accounts in whose place it has none of its
   * own. @throws AccountNotFound
   */
  async ofAccount(accountId: string): Promise<AlertAnswer[]> {
    const { manager } = this.database.dataSource;
    const { available } = await this.ledger.balance(accountId);
    const marks = await this.marks.of(accountId);
    const own = await alertsOf(manager, accountId);
    const common = (await alertsOf(manager, null)).filter((alert) => !own.some(({ key }) => key === alert.key));
    const fired = await manager.findBy(AlertFiring, { accountId });
    const firings = new Map(fired.map(({ alertId, firedAt }) => [alertId, firedAt]));
    const alerts = [...own, ...common].sort((a, b) => (a.key < b.key ? -1 : 1));
    return alerts.map((alert) => alertAnswer(alert, { available, marks, firings }));
  }

  /** @throws AccountNotFound, AlertNotFound */
  async require(accountId: string, key: string): Promise<AlertAnswer> {
    const alert = (await this.ofAccount(accountId)).find((one) => one.key === key);
    if (alert === undefined) throw new AlertNotFound({ key });
    return alert;
  }

  async forAll(): Promise<CommonAlertAnswer[]> {
    return (await alertsOf(this.database.dataSource.manager, null)).map(commonAlertAnswer);
  }

  /** @throws AlertNotFound */
  async requireForAll(key: string): Promise<CommonAlertAnswer> {
    const alert = (await this.forAll()).find((one) => one.key === key);
    if (alert === undefined) throw new AlertNotFound({ key });
    return alert;
  }
}

function alertAnswer(alert: Alert, { available, marks, firings }: Watched): AlertAnswer {
  const { id, accountId, key } = alert;
  const fired = accountId === null ? marks.common?.[id] : marks.alerts?.[key];
  const firedAt = alert.belowCredits === null ? firings.get(id)?.toISOString() : fired?.firedAt;
  const { createdAt, updatedAt, ...terms } = commonAlertAnswer(alert);
  return {
    ...terms,
    appliesTo: accountId === null ? 'all' : 'account',
    state: stateOf(alert, available, fired?.isOwed === true),
    lastFiredAt: firedAt ?? null,
    createdAt,
    updatedAt,
  };
}

function stateOf({ belowCredits }: Alert, available: number, isOwed: boolean): AlertState {
  if (belowCredits === null || available >= Number(belowCredits)) return 'armed';
  return isOwed ? 'waiting' : 'low';
}

function commonAlertAnswer(alert: Alert): CommonAlertAnswer {
  return {
    key: alert.key,
    belowCredits: alert.belowCredits === null ? null : Number(alert.belowCredits),
    expiringWithinDays: alert.expiringWithinDays,
    createdAt: alert.createdAt.toISOString(),
    updatedAt: alert.updatedAt.toISOString(),
  };
}
