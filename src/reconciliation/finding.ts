import type { FindingKind, Repair, Side, Subject } from './compare/look.js';

/**
 * `proposed` in a run that only looks; `pending`, then `applied` or `failed` in one that repairs; `by_hand` where no
 * verb can do it.
 */
export const REPAIR_STATUSES = ['proposed', 'pending', 'applied', 'failed', 'by_hand'] as const;
export type RepairStatus = (typeof REPAIR_STATUSES)[number];

/** One payment, refund or dispute on which Stripe and the books do not agree. */
export interface Finding {
  kind: FindingKind;
  subject: Subject;
  stripeId: string;
  accountHint: string | null;
  stripePaymentIntentId: string | null;
  orderId: string | null;
  accountId: string | null;
  stripe: Side | null;
  ledger: Side | null;
  /** Events about it that never came in. */
  stripeEventIds: string[];
  detail: string;
  repair: Repair;
  repairStatus: RepairStatus;
  repairError: string | null;
  foundAt: Date;
  repairedAt: Date | null;
}

/** A row of a finding as the driver returns it. */
export interface FindingRow {
  kind: FindingKind;
  subject: Subject;
  stripe_id: string;
  account_hint: string | null;
  stripe_payment_intent_id: string | null;
  order_id: string | null;
  account_id: string | null;
  stripe_side: Side | null;
  ledger_side: Side | null;
  stripe_event_ids: string[];
  detail: string;
  repair: Repair;
  repair_status: RepairStatus;
  repair_error: string | null;
  found_at: Date;
  repaired_at: Date | null;
}

export const FINDING_COLUMNS =
  'kind, subject, stripe_id, account_hint, stripe_payment_intent_id, order_id, account_id, stripe_side, ledger_side, ' +
  'stripe_event_ids, detail, repair, repair_status, repair_error, found_at, repaired_at';

export function toFinding(row: FindingRow): Finding {
  return {
    kind: row.kind,
    subject: row.subject,
    stripeId: row.stripe_id,
    accountHint: row.account_hint,
    stripePaymentIntentId: row.stripe_payment_intent_id,
    orderId: row.order_id,
    accountId: row.account_id,
    stripe: row.stripe_side,
    ledger: row.ledger_side,
    stripeEventIds: row.stripe_event_ids,
    detail: row.detail,
    repair: row.repair,
    repairStatus: row.repair_status,
    repairError: row.repair_error,
    foundAt: row.found_at,
    repairedAt: row.repaired_at,
  };
}
