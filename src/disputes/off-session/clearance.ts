import type { OffSessionStop } from '../../accounts/account.entity.js';

/** That somebody allowed charging an account off-session again, and why. */
export interface OffSessionClearance {
  ordinal: string;
  accountId: string;
  /** What had stopped it. */
  stop: OffSessionStop;
  reason: string;
  /** The id of the key that asked for it. */
  actor: string;
  clearedAt: Date;
}

/** A row as the driver returns it. */
export interface OffSessionClearanceRow {
  ordinal: string;
  account_id: string;
  stop: OffSessionStop;
  reason: string;
  actor: string;
  cleared_at: Date;
}

export const OFF_SESSION_CLEARANCE_COLUMNS = 'ordinal, account_id, stop, reason, actor, cleared_at';

export function toOffSessionClearance(row: OffSessionClearanceRow): OffSessionClearance {
  return {
    ordinal: row.ordinal,
    accountId: row.account_id,
    stop: row.stop,
    reason: row.reason,
    actor: row.actor,
    clearedAt: row.cleared_at,
  };
}
