import { Injectable } from '@nestjs/common';
import type { OffSessionStop } from '../../accounts/account.entity.js';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { invariant } from '../../kernel/invariant.js';
import { Ledger } from '../../ledger/ledger.js';
import { applyOffSessionStop } from '../../returns/off-session-stop.js';
import { OffSessionNotStopped } from '../disputes.problems.js';
import {
  OFF_SESSION_CLEARANCE_COLUMNS,
  type OffSessionClearance,
  type OffSessionClearanceRow,
  toOffSessionClearance,
} from './clearance.js';

export interface ClearOffSessionStopCommand {
  accountId: string;
  reason: string;
  /** The id of the key that asks. */
  actor: string;
}

/**
 * Lets saved cards of an account be charged again although disputes or warnings of fraud stand against it, because
 * somebody says so. Those that are known now count no more, unless they get worse; a new one stops the account again.
 * Locks the account's balance, then its disputes and warnings, at last the account itself. @throws AccountNotFound,
 * OffSessionNotStopped
 */
@Injectable()
export class ClearOffSessionStop {
  constructor(
    private readonly clock: Clock,
    private readonly ledger: Ledger,
  ) {}

  async run(tx: Tx, { accountId, reason, actor }: ClearOffSessionStopCommand): Promise<OffSessionClearance> {
    await this.ledger.open(tx, accountId);
    const stop = await stopOf(tx, accountId);
    if (stop === null) throw new OffSessionNotStopped({ accountId });
    const now = this.clock.now();
    for (const table of ['disputes', 'fraud_warnings'])
      await tx.query(`update ${table} set stop_cleared_at = $2 where account_id = $1 and stop_cleared_at is null`, [
        accountId,
        now,
      ]);
    const [row]: OffSessionClearanceRow[] = await tx.query(
      `insert into off_session_clearances (account_id, stop, reason, actor, cleared_at)
       values ($1, $2, $3, $4, $5)
       returning ${OFF_SESSION_CLEARANCE_COLUMNS}`,
      [accountId, stop, reason, actor, now],
    );
    await applyOffSessionStop(tx, accountId, now);
    invariant(row !== undefined, 'an insert returns its row');
    return toOffSessionClearance(row);
  }
}

async function stopOf(tx: Tx, accountId: string): Promise<OffSessionStop | null> {
  const [row]: { stop: OffSessionStop | null }[] = await tx.query(
    'select off_session_stop as stop from accounts where id = $1',
    [accountId],
  );
  return row?.stop ?? null;
}
