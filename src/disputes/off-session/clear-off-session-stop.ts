import { Injectable } from '@nestjs/common';
import { findAccount } from '../../accounts/accounts.queries.js';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { Ledger } from '../../ledger/ledger.js';
import { clearStops } from '../../returns/disputes.store.js';
import { applyOffSessionStop } from '../../returns/off-session-stop.js';
import { OffSessionNotStopped } from '../disputes.problems.js';
import { OffSessionClearance } from './off-session-clearance.entity.js';

export interface ClearOffSessionStopCommand {
  accountId: string;
  reason: string;
  /** The id of the key that asks. */
  actor: string;
}

/** A clearance without its place in the list. */
export type NewClearance = Omit<OffSessionClearance, 'ordinal'>;

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

  async run(tx: Tx, { accountId, reason, actor }: ClearOffSessionStopCommand): Promise<NewClearance> {
    await this.ledger.open(tx, accountId);
    const stop = (await findAccount(tx, accountId))?.offSessionStop ?? null;
    if (stop === null) throw new OffSessionNotStopped({ accountId });
    const now = this.clock.now();
    const clearance = { accountId, stop, reason, actor, clearedAt: now };
    await clearStops(tx, accountId, now);
    await tx.insert(OffSessionClearance, clearance);
    await applyOffSessionStop(tx, accountId, now);
    return clearance;
  }
}
