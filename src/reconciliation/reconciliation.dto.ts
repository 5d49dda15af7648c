import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { MayBeAbsent, OptionalInstant } from '../http/input/fields.js';
import type { Checked } from './checked.js';
import {
  FINDING_KINDS,
  type FindingKind,
  REPAIRS,
  type Repair,
  type Side,
  SUBJECTS,
  type Subject,
} from './compare/look.js';
import { type Finding, REPAIR_STATUSES, type RepairStatus } from './finding.js';
import { RECONCILIATION_STATUSES, type Reconciliation, type ReconciliationStatus } from './reconciliation.js';
import type { Findings } from './reconciliations.queries.js';
import { PHASES, type Phase } from './run/phase.js';

export class CreateReconciliationBody {
  @OptionalInstant(
    '2026-10-22T00:00:00Z',
    'What was made at Stripe since then is compared. Thirty days before `to` when left out.',
  )
  from?: string;

  @OptionalInstant('2026-11-21T00:00:00Z', 'Now when left out.')
  to?: string;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    example: false,
    description: 'Whether what is found is repaired, by what its events would have set off, or only told.',
  })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  repair?: boolean;
}

@ApiSchema({ name: 'FindingSide' })
export class SideAnswer {
  @ApiProperty({ description: 'Its status there, in the words of that side.', type: String, example: 'succeeded' })
  status!: string;

  @ApiProperty({
    description: 'The sum of money there, in minor units; null where there is none.',
    type: 'integer',
    nullable: true,
    example: 1000,
  })
  amountMinor!: number | null;

  @ApiProperty({
    description: 'ISO 4217, in lower case; null where there is no money.',
    type: String,
    nullable: true,
    example: 'usd',
  })
  currency!: string | null;
}

export class RepairAnswer {
  @ApiProperty({
    enum: [...REPAIRS],
    enumName: 'RepairAction',
    example: 'credit',
    description: '`none` where a person has to decide: nothing takes bought credits away but money that went back.',
  })
  action!: Repair;

  @ApiProperty({
    enum: [...REPAIR_STATUSES],
    enumName: 'RepairStatus',
    example: 'proposed',
    description: '`applied` once a further look has shown that both sides agree.',
  })
  status!: RepairStatus;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it failed.' })
  error!: string | null;
}

export class FindingAnswer {
  @ApiProperty({
    description: 'In which way both sides differ.',
    enum: [...FINDING_KINDS],
    enumName: 'FindingKind',
    example: 'paid_not_credited',
  })
  kind!: FindingKind;

  @ApiProperty({
    description: 'What they differ about.',
    enum: [...SUBJECTS],
    enumName: 'FindingSubject',
    example: 'payment',
  })
  subject!: Subject;

  @ApiProperty({
    type: String,
    example: 'pi_3Tb2QmA',
    description:
      'The payment intent, the invoice, the refund or the dispute; the checkout session where nothing had to be paid.',
  })
  stripeId!: string;

  @ApiProperty({
    description: "Stripe's id of the payment; null when there is none.",
    type: String,
    nullable: true,
    example: 'pi_3Tb2QmA',
  })
  paymentIntentId!: string | null;

  @ApiProperty({
    description: 'The order that it is about; null when none is known.',
    type: String,
    nullable: true,
    example: 'ord_01kbhe5m8f6q0000000000000a',
  })
  orderId!: string | null;

  @ApiProperty({
    description: 'The account that it is about; null when none is known.',
    type: String,
    nullable: true,
    example: 'ada',
  })
  accountId!: string | null;

  @ApiProperty({
    description: 'A sentence for people.',
    type: String,
    example:
      'Payment pi_3Tb2QmA of 1000 usd was made for order ord_01kbhe5m8f6q0000000000000a, and nothing was credited.',
  })
  detail!: string;

  @ApiProperty({
    type: SideAnswer,
    nullable: true,
    example: { status: 'succeeded', amountMinor: 1000, currency: 'usd' },
    description: 'What Stripe says; null where it does not know it.',
  })
  stripe!: Side | null;

  @ApiProperty({ type: SideAnswer, nullable: true, description: 'What the books say; null where they do not know it.' })
  ledger!: Side | null;

  @ApiProperty({ type: [String], example: ['evt_1Tb2QmA'], description: 'Events about it that never came in.' })
  undeliveredEventIds!: string[];

  @ApiProperty({ description: 'What mends it, and whether that was done.', type: RepairAnswer })
  repair!: RepairAnswer;
}

@ApiSchema({ name: 'ReconciliationCounts' })
export class CheckedAnswer implements Checked {
  @ApiProperty({ type: 'integer', example: 240, description: 'Of ours, as Stripe listed them.' })
  payments!: number;

  @ApiProperty({ type: 'integer', example: 35, description: 'Of subscriptions, and paid.' })
  invoices!: number;

  @ApiProperty({ description: 'Of ours, as Stripe listed them.', type: 'integer', example: 12 })
  refunds!: number;

  @ApiProperty({ description: 'Of ours, as Stripe listed them.', type: 'integer', example: 1 })
  disputes!: number;

  @ApiProperty({ type: 'integer', example: 30, description: 'Of accounts, and not ended.' })
  subscriptions!: number;

  @ApiProperty({ type: 'integer', example: 3, description: 'In the books, and not among what Stripe listed.' })
  booked!: number;

  @ApiProperty({ type: 'integer', example: 2, description: 'Events that never came in.' })
  undelivered!: number;
}

export class ReconciliationAnswer {
  @ApiProperty({ type: String, example: 'rcn_01kbhe5m8f6q0000000000000a' })
  id!: string;

  @ApiProperty({
    description: 'Whether it still runs.',
    enum: [...RECONCILIATION_STATUSES],
    enumName: 'ReconciliationStatus',
    example: 'done',
  })
  status!: ReconciliationStatus;

  @ApiProperty({
    description: 'What was made at Stripe from here on is compared.',
    type: String,
    format: 'date-time',
    example: '2026-10-22T00:00:00.000Z',
  })
  from!: string;

  @ApiProperty({
    description: 'What was made at Stripe before is compared.',
    type: String,
    format: 'date-time',
    example: '2026-11-21T00:00:00.000Z',
  })
  to!: string;

  @ApiProperty({ description: 'Whether it repairs what it finds.', type: Boolean, example: false })
  repair!: boolean;

  @ApiProperty({
    enum: [...PHASES],
    enumName: 'ReconciliationPhase',
    example: 'second_look',
    description: 'What it does now, or did last.',
  })
  phase!: Phase;

  @ApiProperty({ type: Number, minimum: 0, maximum: 1, example: 1, description: 'About how much is done.' })
  progress!: number;

  @ApiProperty({ description: 'How many of each were looked at so far.', type: CheckedAnswer })
  checked!: CheckedAnswer;

  @ApiProperty({ type: [FindingAnswer], description: 'One for each payment, refund or dispute; the first thousand.' })
  findings!: FindingAnswer[];

  @ApiProperty({ description: 'How many differences were found.', type: 'integer', example: 1 })
  findingCount!: number;

  @ApiProperty({ type: 'integer', example: 1, description: 'Of these, how many no repair was applied to.' })
  openCount!: number;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it failed, or what it tries again.' })
  error!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: string;

  @ApiProperty({ description: 'When it ended; null while it runs.', type: String, format: 'date-time', nullable: true })
  finishedAt!: string | null;
}

const NO_FINDINGS: Findings = { first: [], count: 0, openCount: 0 };

export function toReconciliationAnswer(run: Reconciliation, findings: Findings = NO_FINDINGS): ReconciliationAnswer {
  return {
    id: run.id,
    status: run.status,
    from: run.from.toISOString(),
    to: run.to.toISOString(),
    repair: run.repair,
    phase: run.phase,
    progress: Math.round(run.progress * 1000) / 1000,
    checked: run.checked,
    findings: findings.first.map(toFindingAnswer),
    findingCount: findings.count,
    openCount: findings.openCount,
    error: run.error,
    createdAt: run.createdAt.toISOString(),
    updatedAt: run.updatedAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
  };
}

export function toFindingAnswer(finding: Finding): FindingAnswer {
  return {
    kind: finding.kind,
    subject: finding.subject,
    stripeId: finding.stripeId,
    paymentIntentId: finding.stripePaymentIntentId,
    orderId: finding.orderId,
    accountId: finding.accountId,
    detail: finding.detail,
    stripe: finding.stripe,
    ledger: finding.ledger,
    undeliveredEventIds: finding.stripeEventIds,
    repair: { action: finding.repair, status: finding.repairStatus, error: finding.repairError },
  };
}
