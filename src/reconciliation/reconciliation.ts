import type { Checked } from './checked.js';
import type { Phase } from './run/phase.js';

export const RECONCILIATION_STATUSES = ['running', 'done', 'failed'] as const;

export type ReconciliationStatus = (typeof RECONCILIATION_STATUSES)[number];

/** Who began it: a call, a command in a terminal, or the clock. */
export type ReconciliationOrigin = 'api' | 'command' | 'schedule';

/**
 * One comparison of the books with Stripe. It goes on step by step; each step is committed with where the next begins.
 */
export interface Reconciliation {
  id: string;
  status: ReconciliationStatus;
  livemode: boolean;
  from: Date;
  to: Date;
  repair: boolean;
  origin: ReconciliationOrigin;
  phase: Phase;
  /** Where the phase goes on, in its own words; null at its beginning. */
  cursor: unknown;
  /** How many steps were taken. Whoever takes the next one must find it unchanged. */
  step: bigint;
  /** From 0 to 1. */
  progress: number;
  checked: Checked;
  /** How often the next step has failed. */
  attempts: number;
  error: string | null;
  createdAt: Date;
  updatedAt: Date;
  finishedAt: Date | null;
}

/** A row as the driver returns it. */
export interface ReconciliationRow {
  id: string;
  status: ReconciliationStatus;
  livemode: boolean;
  window_from: Date;
  window_to: Date;
  repair: boolean;
  origin: ReconciliationOrigin;
  phase: Phase;
  cursor: unknown;
  step: string;
  progress: number;
  checked: Partial<Checked>;
  attempts: number;
  error: string | null;
  created_at: Date;
  updated_at: Date;
  finished_at: Date | null;
}

export const RECONCILIATION_COLUMNS =
  'id, status, livemode, window_from, window_to, repair, origin, phase, cursor, step, progress, checked, attempts, ' +
  'error, created_at, updated_at, finished_at';

const NOTHING_CHECKED: Checked = {
  payments: 0,
  invoices: 0,
  refunds: 0,
  disputes: 0,
  subscriptions: 0,
  booked: 0,
  undelivered: 0,
};

export function toReconciliation(row: ReconciliationRow): Reconciliation {
  return {
    id: row.id,
    status: row.status,
    livemode: row.livemode,
    from: row.window_from,
    to: row.window_to,
    repair: row.repair,
    origin: row.origin,
    phase: row.phase,
    cursor: row.cursor,
    step: BigInt(row.step),
    progress: row.progress,
    checked: { ...NOTHING_CHECKED, ...row.checked },
    attempts: row.attempts,
    error: row.error,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    finishedAt: row.finished_at,
  };
}
