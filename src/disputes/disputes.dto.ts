import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { IsAccountId, IsText, MayBeAbsent } from '../http/input/fields.js';
import { SpanQuery, StripeIdFilter } from '../http/input/page-query.js';
import { toJsonInteger } from '../kernel/credits.js';
import type { Dispute } from '../returns/dispute.entity.js';
import { DISPUTE_STATUSES, type DisputeStatus } from '../returns/dispute-lifecycle.js';

export class ListDisputesQuery extends SpanQuery {
  @ApiPropertyOptional({ description: 'Those of one account alone.', type: String, example: 'ada' })
  @MayBeAbsent()
  @IsAccountId()
  accountId?: string;

  @ApiPropertyOptional({
    description: 'Those of one order alone.',
    type: String,
    example: 'ord_01kbhe5m8f6q0000000000000a',
  })
  @MayBeAbsent()
  @IsText({ max: 64 })
  orderId?: string;

  @ApiPropertyOptional({
    description: 'Those with this status alone.',
    enum: [...DISPUTE_STATUSES],
    enumName: 'DisputeStatus',
  })
  @MayBeAbsent()
  @IsIn(DISPUTE_STATUSES, { message: `must be one of ${DISPUTE_STATUSES.join(', ')}` })
  status?: DisputeStatus;

  @StripeIdFilter('du_1Tb2QmA', 'The one that is this dispute at Stripe.')
  stripeDisputeId?: string;
}

export class DisputeAnswer {
  @ApiProperty({ type: String, example: 'dsp_01kbhe5m8f6q0000000000000a' })
  id!: string;

  @ApiProperty({ type: String, example: 'ord_01kbhe5m8f6q0000000000000a' })
  orderId!: string;

  @ApiProperty({ type: String, example: 'ada' })
  accountId!: string;

  @ApiProperty({ type: 'integer', example: 1000, description: 'What the customer wants back.' })
  amountMinor!: number;

  @ApiProperty({ type: String, example: 'usd' })
  currency!: string;

  @ApiProperty({ type: String, example: 'fraudulent', description: 'In the words of the card network.' })
  reason!: string;

  @ApiProperty({
    description: "Where the dispute stands, in Stripe's own word.",
    enum: [...DISPUTE_STATUSES],
    enumName: 'DisputeStatus',
  })
  status!: DisputeStatus;

  @ApiProperty({ type: Boolean, example: false, description: 'The bank only asks, and has taken nothing.' })
  isInquiry!: boolean;

  @ApiProperty({ type: 'integer', example: 1000, description: 'Money that was taken for it.' })
  withdrawnMinor!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Money that was given back.' })
  reinstatedMinor!: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Until when it can be answered.' })
  evidenceDueBy!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When evidence went to the bank.' })
  evidenceSubmittedAt!: string | null;

  @ApiProperty({ description: "Stripe's id of it.", type: String, example: 'du_1Tb2QmA' })
  stripeDisputeId!: string;

  @ApiProperty({ description: 'When it was opened at Stripe.', type: String, format: 'date-time' })
  openedAt!: string;

  @ApiProperty({
    description: 'When it was decided; null while it is open.',
    type: String,
    format: 'date-time',
    nullable: true,
  })
  closedAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: string;
}

export class DisputeListAnswer {
  @ApiProperty({ type: [DisputeAnswer] })
  data!: DisputeAnswer[];

  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor!: string | null;
}

export function toDisputeAnswer(dispute: Dispute): DisputeAnswer {
  return {
    id: dispute.id,
    orderId: dispute.orderId,
    accountId: dispute.accountId,
    amountMinor: toJsonInteger(dispute.amountMinor),
    currency: dispute.currency,
    reason: dispute.reason,
    status: dispute.status,
    isInquiry: dispute.isInquiry,
    withdrawnMinor: toJsonInteger(dispute.withdrawnMinor),
    reinstatedMinor: toJsonInteger(dispute.reinstatedMinor),
    evidenceDueBy: dispute.evidenceDueBy?.toISOString() ?? null,
    evidenceSubmittedAt: dispute.evidenceSubmittedAt?.toISOString() ?? null,
    stripeDisputeId: dispute.stripeDisputeId,
    openedAt: dispute.openedAt.toISOString(),
    closedAt: dispute.closedAt?.toISOString() ?? null,
    updatedAt: dispute.updatedAt.toISOString(),
  };
}

/** The most that Stripe takes in one field of evidence. */
const MAX_EVIDENCE_LENGTH = 20_000;

function EvidenceText(description: string, example: string): PropertyDecorator {
  return (target, name) => {
    ApiPropertyOptional({ type: String, maxLength: MAX_EVIDENCE_LENGTH, description, example })(target, name);
    MayBeAbsent()(target, name);
    IsText({ max: MAX_EVIDENCE_LENGTH })(target, name);
  };
}

/** Fields that are left out stay as they were said before. */
export class SubmitEvidenceBody {
  @EvidenceText('What was sold.', 'Twelve credits for image generation, used online')
  productDescription?: string;

  @EvidenceText('The name that the customer gave.', 'Ada Lovelace')
  customerName?: string;

  @EvidenceText('The e-mail address that the customer gave.', 'ada@example.com')
  customerEmailAddress?: string;

  @EvidenceText('The address from which the customer bought.', '203.0.113.7')
  customerPurchaseIp?: string;

  @EvidenceText('The billing address that the customer gave.', '12 St James Square, London')
  billingAddress?: string;

  @EvidenceText('Logs that show how what was bought was used.', '2026-11-21T09:30:00Z spent 5 credits from 203.0.113.7')
  accessActivityLog?: string;

  @EvidenceText('When the service was used, in words that a person reads.', '21 November 2026')
  serviceDate?: string;

  @EvidenceText('How the customer was shown the refund policy.', 'It is linked beside the button on the payment page.')
  refundPolicyDisclosure?: string;

  @EvidenceText('Why the customer gets no refund.', 'All of the credits were used.')
  refundRefusalExplanation?: string;

  @EvidenceText('How the payment differs from the one that it is said to repeat.', 'The other bought another pack.')
  duplicateChargeExplanation?: string;

  @EvidenceText('The charge at Stripe that it is said to repeat.', 'ch_3Tb2QmA')
  duplicateChargeId?: string;

  @EvidenceText('Whatever else the bank should know.', 'The customer wrote that it was a mistake.')
  uncategorizedText?: string;

  @ApiPropertyOptional({
    type: Boolean,
    default: true,
    description:
      'Whether all that was said goes to the bank now, which can be done once. With false it is kept on the dispute.',
  })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  submit?: boolean;
}
