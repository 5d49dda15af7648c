import { ApiProperty } from '@nestjs/swagger';
import { toJsonInteger } from '../kernel/credits.js';
import type { ReturnPolicy } from '../ledger/decisions/reach-target.js';
import type { Refund } from './refund.entity.js';
import { REFUND_STATUSES, type RefundStatus } from './refund-lifecycle.js';

export const POLICIES: readonly ReturnPolicy[] = ['debt', 'remaining'];

export class RefundAnswer {
  @ApiProperty({ type: String, example: 'rfd_01kbhe5m8f6q0000000000000a' })
  id!: string;

  @ApiProperty({ type: String, example: 'ord_01kbhe5m8f6q0000000000000a' })
  orderId!: string;

  @ApiProperty({ description: 'Money that goes back, in minor units, such as cents.', type: 'integer', example: 1000 })
  amountMinor!: number;

  @ApiProperty({ type: String, example: 'usd' })
  currency!: string;

  @ApiProperty({
    description: 'Where the refund stands, as Stripe says.',
    enum: [...REFUND_STATUSES],
    enumName: 'RefundStatus',
  })
  status!: RefundStatus;

  @ApiProperty({
    description: 'Which credits it takes: `debt` all of them, `remaining` only what is there.',
    enum: [...POLICIES],
    enumName: 'ReturnPolicy',
  })
  policy!: ReturnPolicy;

  @ApiProperty({ description: 'Why, in the words of the caller; null when nobody said.', type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;
}

export class RefundDetailAnswer extends RefundAnswer {
  @ApiProperty({ type: Boolean, example: false, description: 'Whether unused credits were taken for it in advance.' })
  unusedOnly!: boolean;

  @ApiProperty({
    type: String,
    example: 'key_01kbhe5m8f6q0000000000000a',
    description: 'The key that asked for it, or `stripe`.',
  })
  actor!: string;

  @ApiProperty({ description: "Stripe's id of it; null before Stripe has made it.", type: String, nullable: true })
  stripeRefundId!: string | null;

  @ApiProperty({ description: "Why it failed, in Stripe's words; null when it did not.", type: String, nullable: true })
  failureReason!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: string;
}

/** The body of the response to the request itself: a replay says for ever what it said first. */
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
    unusedOnly: refund.unusedOnly,
    actor: refund.actor,
    stripeRefundId: refund.stripeRefundId,
    failureReason: refund.failureReason,
    updatedAt: refund.updatedAt.toISOString(),
  };
}
