import { ApiProperty } from '@nestjs/swagger';
import { toJsonInteger } from '../kernel/credits.js';
import type { Dispute } from './dispute.entity.js';
import { DISPUTE_STATUSES, type DisputeStatus } from './dispute-lifecycle.js';

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
