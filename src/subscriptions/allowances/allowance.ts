import type { Rollover } from '../../catalog/offer.js';
import type { Tx } from '../../database/database.js';
import { type Credits, credits } from '../../kernel/credits.js';
import type { Source } from '../../ledger/book/model.js';

/** What an allowance is for: a trial, a paid period, or the rest of one after the plan has grown. */
export type AllowanceKind = 'trial' | 'period' | 'upgrade';

/**
 * `scheduled` is a later month of a yearly plan. `closing` has been ended, and holds still cover some of it. `canceled`
 * was never granted.
 */
export type AllowanceStatus = 'scheduled' | 'granted' | 'closing' | 'closed' | 'canceled';

/** What a line of a paid invoice gives for one month. */
export interface NewAllowance {
  stripeLineId: string;
  /** Counts the months of a line, from 0. */
  month: number;
  kind: AllowanceKind;
  plan: string;
  /** What a whole month of the plan gives. */
  allotmentCredits: Credits;
  /** What this one gives. */
  credits: Credits;
  rollover: Rollover | null;
  startsAt: Date;
  endsAt: Date;
  /** Its share of what was charged, in minor units. */
  costBasisMinor: bigint;
}

export interface Allowance extends NewAllowance {
  id: string;
  accountId: string;
  stripeSubscriptionId: string;
  orderId: string;
  stripeInvoiceId: string;
  currency: string;
  paidAt: Date;
  /** What its grant is keyed on in the ledger, with its part. */
  purchase: Source;
  sourcePart: string;
  status: AllowanceStatus;
  grantId: string | null;
  /** What of it became a grant of its own when the next period began. */
  rolledCredits: Credits;
}

/** A row as the driver returns it: bigints as text, instants as Date. */
interface AllowanceRow {
  id: string;
  account_id: string;
  stripe_subscription_id: string;
  order_id: string;
  stripe_invoice_id: string;
  stripe_line_id: string;
  month: number;
  kind: AllowanceKind;
  plan: string;
  allotment_credits: string;
  credits: string;
  cost_basis_minor: string;
  currency: string;
  rollover_months: number | null;
  rollover_cap_credits: string | null;
  starts_at: Date;
  ends_at: Date;
  paid_at: Date;
  source_type: string;
  source_id: string;
  source_part: string;
  status: AllowanceStatus;
  grant_id: string | null;
  rolled_credits: string;
}

const ALLOWANCE_COLUMNS =
  'id, account_id, stripe_subscription_id, order_id, stripe_invoice_id, stripe_line_id, month, kind, plan, ' +
  'allotment_credits, credits, cost_basis_minor, currency, rollover_months, rollover_cap_credits, starts_at, ends_at, ' +
  'paid_at, source_type, source_id, source_part, status, grant_id, rolled_credits';

/** All that a subscription ever gave or will give, in the order of time. The account's balance must be locked. */
export async function allowancesOf(tx: Tx, stripeSubscriptionId: string): Promise<Allowance[]> {
  const rows: AllowanceRow[] = await tx.query(
    `select ${ALLOWANCE_COLUMNS}
     from allowances
     where stripe_subscription_id = $1
     order by starts_at, id`,
    [stripeSubscriptionId],
  );
  return rows.map(toAllowance);
}

function toAllowance(row: AllowanceRow): Allowance {
  const { rollover_months: months, rollover_cap_credits: cap } = row;
  return {
    id: row.id,
    accountId: row.account_id,
    stripeSubscriptionId: row.stripe_subscription_id,
    orderId: row.order_id,
    stripeInvoiceId: row.stripe_invoice_id,
    stripeLineId: row.stripe_line_id,
    month: row.month,
    kind: row.kind,
    plan: row.plan,
    allotmentCredits: credits(row.allotment_credits),
    credits: credits(row.credits),
    costBasisMinor: BigInt(row.cost_basis_minor),
    currency: row.currency,
    rollover: months === null ? null : { months, capCredits: cap === null ? null : Number(cap) },
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    paidAt: row.paid_at,
    purchase: { type: row.source_type, id: row.source_id },
    sourcePart: row.source_part,
    status: row.status,
    grantId: row.grant_id,
    rolledCredits: credits(row.rolled_credits),
  };
}
