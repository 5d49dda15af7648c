import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { Ledger } from '../ledger/ledger.js';
import { setAlertMark } from '../ledger/marks/set-marks.js';
import type { AlertTerms } from './alerts.dto.js';
import { TooManyAlerts } from './alerts.problems.js';
import { alertsOf, storeAlert } from './alerts.store.js';

/** So many of an account's own, and so many for all: they are compared with each change of a balance. */
export const MAX_ALERTS = 10;

/** Makes those who change the alerts for all accounts take turns. */
const COMMON_LOCK = 4_620_261;

/** Sets alerts, of one account or for all. Each returns whether it is new. */
@Injectable()
export class PutAlert {
  constructor(
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  /** Locks the account's balance, next to which the mark of the alert stands. @throws AccountNotFound, TooManyAlerts */
  async ofAccount(tx: Tx, { accountId, key }: { accountId: string; key: string }, terms: AlertTerms): Promise<boolean> {
    const book = await this.ledger.open(tx, accountId);
    const isNew = await this.put(tx, { accountId, key }, terms);
    setAlertMark(book, { key, below: terms.belowCredits });
    await this.ledger.write(tx, book);
    return isNew;
  }

  /** @throws TooManyAlerts */
  async forAll(tx: Tx, key: string, terms: AlertTerms): Promise<boolean> {
    await tx.query('select pg_advisory_xact_lock($1)', [COMMON_LOCK]);
    return this.put(tx, { accountId: null, key }, terms);
  }

  private async put(tx: Tx, name: { accountId: string | null; key: string }, terms: AlertTerms): Promise<boolean> {
    const known = await alertsOf(tx, name.accountId);
    const isNew = !known.some(({ key }) => key === name.key);
    if (isNew && known.length >= MAX_ALERTS) throw new TooManyAlerts({ limit: MAX_ALERTS });
    await storeAlert(tx, name, { terms, now: this.clock.now(), isNew });
    return isNew;
  }
}
