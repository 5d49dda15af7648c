import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Rollover } from '../../catalog/offer.js';
import { asBigint } from '../../database/transformers.js';
import type { Credits } from '../../kernel/credits.js';
import type { Source } from '../../ledger/book/model.js';
import { type IncludedShare, storedShares } from './included-share.js';

/** What an allowance is for: a trial, a paid period, or the rest of one after the plan has grown. */
export type AllowanceKind = 'trial' | 'period' | 'upgrade';

/**
 * `scheduled` is a later month of a yearly plan. `closing` has been ended, and holds still cover some of it. `canceled`
 * was never granted.
 */
export type AllowanceStatus = 'scheduled' | 'granted' | 'closing' | 'closed' | 'canceled';

/** What an allowance's grant is keyed on in the ledger, with its part. */
class Purchase implements Source {
  @Column({ name: 'source_type', type: 'text' })
  type!: string;

  @Column({ name: 'source_id', type: 'text' })
  id!: string;
}

/** What a line of a paid invoice gives for one month. */
@Entity('allowances')
export class Allowance {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'account_id', type: 'text' })
  accountId!: string;

  @Column({ name: 'stripe_subscription_id', type: 'text' })
  stripeSubscriptionId!: string;

  @Column({ name: 'order_id', type: 'text' })
  orderId!: string;

  @Column({ name: 'stripe_invoice_id', type: 'text' })
  stripeInvoiceId!: string;

  @Column({ name: 'stripe_line_id', type: 'text' })
  stripeLineId!: string;

  /** Counts the months of a line, from 0. */
  @Column({ type: 'integer' })
  month!: number;

  @Column({ type: 'text' })
  kind!: AllowanceKind;

  @Column({ type: 'text' })
  plan!: string;

  /** What a whole month of the plan gives. */
  @Column({ name: 'allotment_credits', type: 'bigint', transformer: asBigint })
  allotmentCredits!: Credits;

  /** What this one gives. */
  @Column({ type: 'bigint', transformer: asBigint })
  credits!: Credits;

  /** What of the month is not given again, since it was given for time that was cut off and paid back. */
  @Column({ name: 'covered_credits', type: 'bigint', transformer: asBigint })
  coveredCredits!: Credits;

  /** What it includes of meters. */
  @Column({ type: 'jsonb', transformer: storedShares })
  included!: readonly IncludedShare[];

  /** Its share of what was charged, in minor units of `currency`. */
  @Column({ name: 'cost_basis_minor', type: 'bigint', transformer: asBigint })
  costBasisMinor!: bigint;

  @Column({ type: 'char', length: 3 })
  currency!: string;

  /** How long its credits live on when they roll over; null where none do. */
  @Column({ name: 'rollover_months', type: 'integer', nullable: true })
  rolloverMonths!: number | null;

  /** The most that rolls over of the whole period; null for all. */
  @Column({ name: 'rollover_cap_credits', type: 'bigint', nullable: true, transformer: asBigint })
  rolloverCapCredits!: Credits | null;

  @Column({ name: 'starts_at', type: 'timestamptz', precision: 3 })
  startsAt!: Date;

  @Column({ name: 'ends_at', type: 'timestamptz', precision: 3 })
  endsAt!: Date;

  /** When a new period began in the middle of it, and the money of its rest went back. What it gave stays. */
  @Column({ name: 'cut_off_at', type: 'timestamptz', precision: 3, nullable: true })
  cutOffAt!: Date | null;

  @Column({ name: 'paid_at', type: 'timestamptz', precision: 3 })
  paidAt!: Date;

  @Column(() => Purchase, { prefix: false })
  purchase!: Source;

  @Column({ name: 'source_part', type: 'text' })
  sourcePart!: string;

  @Column({ type: 'text' })
  status!: AllowanceStatus;

  @Column({ name: 'grant_id', type: 'text', nullable: true })
  grantId!: string | null;

  /** What of it became a grant of its own when the next period began. */
  @Column({ name: 'rolled_credits', type: 'bigint', transformer: asBigint })
  rolledCredits!: Credits;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, update: false })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}

/** What an invoice is to give, before it is recorded with an order. */
export type NewAllowance = Pick<
  Allowance,
  | 'stripeLineId'
  | 'month'
  | 'kind'
  | 'plan'
  | 'allotmentCredits'
  | 'credits'
  | 'coveredCredits'
  | 'startsAt'
  | 'endsAt'
  | 'costBasisMinor'
> & { rollover: Rollover | null; included?: readonly IncludedShare[] };
