import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Ledger } from '../ledger/ledger.js';
import { clearAlertMark } from '../ledger/marks/set-marks.js';
import { Alert } from './alert.entity.js';
import { AlertNotFound } from './alerts.problems.js';
import { type AlertName, whereAlert } from './alerts.store.js';

/** Removes an alert. Locks the balance of its account, where it has one. @throws AccountNotFound, AlertNotFound */
@Injectable()
export class RemoveAlert {
  constructor(private readonly ledger: Ledger) {}

  async run(tx: Tx, name: AlertName): Promise<void> {
    const { accountId, key } = name;
    const book = accountId === null ? undefined : await this.ledger.open(tx, accountId);
    const { affected } = await tx.delete(Alert, whereAlert(name));
    if (affected !== 1) throw new AlertNotFound({ key });
    if (book === undefined) return;
    clearAlertMark(book, key);
    await this.ledger.write(tx, book);
  }
}
