import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, ValidateBy, type ValidationArguments } from 'class-validator';
import { IsAccountId, IsMinorAmount, IsText, MayBeAbsent } from '../http/input/fields.js';
import { SpanQuery, StripeIdFilter } from '../http/input/page-query.js';
import { toJsonInteger } from '../kernel/credits.js';
import type { ReturnPolicy } from '../ledger/decisions/reach-target.js';
import { POLICIES, RefundDetailAnswer } from '../returns/refund.dto.js';
import { REFUND_STATUSES, type RefundStatus } from '../returns/refund-lifecycle.js';
import type { PreviewedRefund } from './refund-preview.js';

function IsInsteadOfAmount(): PropertyDecorator {
  return ValidateBy({
    name: 'isInsteadOfAmount',
    validator: {
      validate: (value, { object }: ValidationArguments) =>
        value !== true || (object as CreateRefundBody).amountMinor === undefined,
      defaultMessage: () => 'says itself how much is refunded: leave amountMinor out',
    },
  });
}

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
    type: Boolean,
    default: false,
    description:
      'Refunds what of the purchase is unused, at the price that was paid, and takes these credits at once: they ' +
      'cannot be spent while the refund is on its way, and come back should it fail. Instead of `amountMinor`.',
  })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  @IsInsteadOfAmount()
  unusedOnly?: boolean;

  @ApiPropertyOptional({
    enum: [...POLICIES],
    enumName: 'ReturnPolicy',
    default: 'debt',
    description: '`debt` takes all the credits back, also those that are spent; `remaining` only what is there.',
  })
  @MayBeAbsent()
  @IsIn(POLICIES, { message: 'must be debt or remaining' })
  policy?: ReturnPolicy;

  @ApiPropertyOptional({ description: 'Why, for your records: at most 500 characters.', type: String, maxLength: 500 })
  @MayBeAbsent()
  @IsText({ max: 500 })
  reason?: string;
}

export class ListRefundsQuery extends SpanQuery {
  @ApiPropertyOptional({
    description: 'Those of one order alone.',
    type: String,
    example: 'ord_01kbhe5m8f6q0000000000000a',
  })
  @MayBeAbsent()
  @IsText({ max: 64 })
  orderId?: string;

  @ApiPropertyOptional({ type: String, example: 'ada', description: 'Those of one account alone.' })
  @MayBeAbsent()
  @IsAccountId()
  accountId?: string;

  @ApiPropertyOptional({
    enum: [...REFUND_STATUSES],
    enumName: 'RefundStatus',
    example: 'failed',
    description: 'Those with this status alone.',
  })
  @MayBeAbsent()
  @IsIn(REFUND_STATUSES, { message: `must be one of ${REFUND_STATUSES.join(', ')}` })
  status?: RefundStatus;

  @StripeIdFilter('re_3Tb2QmA', 'The one that is this refund at Stripe.')
  stripeRefundId?: string;
}

export class RefundPreviewAnswer {
  @ApiProperty({
    type: 'integer',
    example: 5,
    description: 'Credits of the purchase that can still be spent and are not promised to a refund on its way.',
  })
  unusedCredits!: number;

  @ApiProperty({ type: 'integer', example: 416, description: 'What they are worth at the price that was paid.' })
  refundableMinor!: number;

  @ApiProperty({ type: 'integer', example: 1000, description: 'All that has neither gone back nor is on its way.' })
  fullMinor!: number;

  @ApiProperty({
    type: 'integer',
    example: 0,
    description:
      'Credits of the purchase that have lapsed unspent, as when their subscription was canceled: they are no ' +
      'longer unused, and their money goes back only by `amountMinor`.',
  })
  lapsedCredits!: number;
}

export class RefundListAnswer {
  @ApiProperty({ type: [RefundDetailAnswer] })
  data!: RefundDetailAnswer[];

  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor!: string | null;
}

export function toRefundPreviewAnswer(offer: PreviewedRefund): RefundPreviewAnswer {
  return {
    unusedCredits: toJsonInteger(offer.unusedCredits),
    refundableMinor: toJsonInteger(offer.refundableMinor),
    fullMinor: toJsonInteger(offer.fullMinor),
    lapsedCredits: toJsonInteger(offer.lapsedCredits),
  };
}
