import { ApiProperty } from '@nestjs/swagger';
import { toJsonInteger } from '../kernel/credits.js';
import type { PreviewedCancellation } from './preview-cancellation.js';

export class OfferedRefundAnswer {
  @ApiProperty({
    type: String,
    example: 'ord_01kbhe5m8f6q0000000000000a',
    description: 'What `POST /v1/refunds` names.',
  })
  orderId!: string;

  @ApiProperty({ type: 'integer', example: 20, description: 'Credits of the order that are unused now.' })
  unusedCredits!: number;

  @ApiProperty({
    type: 'integer',
    example: 1500,
    description:
      'What `POST /v1/refunds` with `unusedOnly` would give back for them now, in minor units of `currency`.',
  })
  refundableMinor!: number;
}

export class CancellationPreviewAnswer {
  @ApiProperty({ type: String, format: 'date-time', description: 'When the subscription would end.' })
  endsAt!: string;

  @ApiProperty({
    type: 'integer',
    example: 20,
    description:
      'What it gave and would lapse with it, unless it is spent before. Where it ends now, credits that holds ' +
      'cover are not among it, and lapse when these are released.',
  })
  lapsingCredits!: number;

  @ApiProperty({ type: 'integer', example: 20, description: 'What of that was paid for, and is no gift of a trial.' })
  paidCredits!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'What of that had rolled over from an earlier period.' })
  rolledOverCredits!: number;

  @ApiProperty({ type: String, example: 'usd', description: 'Of the money below.' })
  currency!: string;

  @ApiProperty({
    type: [OfferedRefundAnswer],
    description:
      'What could be refunded first, order by order: once the subscription has ended nothing of it is unused any ' +
      'more. Empty where nothing was paid.',
  })
  refunds!: OfferedRefundAnswer[];
}

export function toCancellationPreviewAnswer(preview: PreviewedCancellation): CancellationPreviewAnswer {
  return {
    endsAt: preview.endsAt.toISOString(),
    lapsingCredits: toJsonInteger(preview.lapsingCredits),
    paidCredits: toJsonInteger(preview.paidCredits),
    rolledOverCredits: toJsonInteger(preview.rolledOverCredits),
    currency: preview.currency,
    refunds: preview.refunds.map(({ orderId, unusedCredits, refundableMinor }) => ({
      orderId,
      unusedCredits: toJsonInteger(unusedCredits),
      refundableMinor: toJsonInteger(refundableMinor),
    })),
  };
}
