import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsMinorAmount, IsText, MayBeAbsent } from '../http/fields.js';
import { PageQuery } from '../http/page-query.js';
import { toJsonInteger } from '../kernel/credits.js';
import type { ReturnPolicy } from '../ledger/decisions/settle-return.js';
import type { Refund } from './refund.js';
import { REFUND_STATUSES, type RefundStatus } from './refund-lifecycle.js';

const POLICIES: readonly ReturnPolicy[] = ['debt', 'remaining'];

export class CreateRefundBody {
  @ApiProperty({ type: String, example: 'ord_01kbhe5m8f6q0000000000000a' })
  @IsText({ max: 64 })
  orderId!: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    example: 500,
    description: 'All that is not yet refunded or pending when left out.',
  })
  @MayBeAbsent()
  @IsMinorAmount({ min: 1 })
  amountMinor?: number;

  @ApiPropertyOptional({
    enum: [...POLICIES],
    enumName: 'ReturnPolicy',
    default: 'debt',
    description: '`debt` takes all the credits back, also those that are spent; `remaining` only what is there.',
  })
  @MayBeAbsent()
  @IsIn(POLICIES, { message: 'must be debt or remaining' })
  policy?: ReturnPolicy;

  @ApiPropertyOptional({ type: String, maxLength: 500 })
  @MayBeAbsent()
  @IsText({ max: 500 })
  reason?: string;
}

export class ListRefundsQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, example: 'ord_01kbhe5m8f6q0000000000000a' })
  @MayBeAbsent()
  @IsText({ max: 64 })
  orderId?: string;
}

export class RefundAnswer {
  @ApiProperty({ type: String, example: 'rfd_01kbhe5m8f6q0000000000000a' })
  id!: string;

  @ApiProperty({ type: String, example: 'ord_01kbhe5m8f6q0000000000000a' })
  orderId!: string;

  @ApiProperty({ type: 'integer', example: 1000 })
  amountMinor!: number;

  @ApiProperty({ type: String, example: 'usd' })
  currency!: string;

  @ApiProperty({ enum: [...REFUND_STATUSES], enumName: 'RefundStatus' })
  status!: RefundStatus;

  @ApiProperty({ enum: [...POLICIES], enumName: 'ReturnPolicy' })
  policy!: ReturnPolicy;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;
}

export class RefundDetailAnswer extends RefundAnswer {
  @ApiProperty({
    type: String,
    example: 'key_01kbhe5m8f6q0000000000000a',
    description: 'The key that asked for it, or `stripe`.',
  })
  actor!: string;

  @ApiProperty({ type: String, nullable: true })
  stripeRefundId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  failureReason!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: string;
}

export class RefundListAnswer {
  @ApiProperty({ type: [RefundDetailAnswer] })
  data!: RefundDetailAnswer[];

  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor!: string | null;
}

/** The answer to the request itself: it says for ever what it said first. */
export function toRefundAnswer(refund: Refund): RefundAnswer {
  return {
    id: refund.id,
    orderId: refund.orderId,
    amountMinor: toJsonInteger(refund.amountMinor),
    currency: refund.currency,
    status: refund.answeredStatus ?? refund.status,
    policy: refund.policy,
    reason: refund.reason,
    createdAt: refund.createdAt.toISOString(),
  };
}

export function toRefundDetailAnswer(refund: Refund): RefundDetailAnswer {
  return {
    ...toRefundAnswer(refund),
    status: refund.status,
    actor: refund.actor,
    stripeRefundId: refund.stripeRefundId,
    failureReason: refund.failureReason,
    updatedAt: refund.updatedAt.toISOString(),
  };
}
