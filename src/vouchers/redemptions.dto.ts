import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsText } from '../http/input/fields.js';
import { toJsonInteger } from '../kernel/credits.js';
import { grantAnswer } from '../ledger/api/answers.js';
import { GrantAnswer } from '../ledger/api/grants.dto.js';
import type { Grant } from '../ledger/book/model.js';
import type { VoucherRedemption } from './voucher-redemption.entity.js';
import { MAX_TYPED_CODE } from './vouchers.dto.js';

export class RedeemVoucherBody {
  @ApiProperty({
    type: String,
    maxLength: MAX_TYPED_CODE,
    example: '7ktq m9xa 4wdc gh3p',
    description: 'The code as it was typed, in any case, with any dashes and blanks or without.',
  })
  @IsText({ max: MAX_TYPED_CODE })
  code!: string;
}

export class VoucherRedemptionAnswer {
  @ApiProperty({ type: String, example: 'rdm_01kbhe5m8f6q0000000000000a' })
  id!: string;

  @ApiProperty({ type: String, example: 'ada' })
  accountId!: string;

  @ApiProperty({ type: String, example: 'vch_01kbhe5m8f6q0000000000000a' })
  voucherId!: string;

  @ApiPropertyOptional({
    type: String,
    example: '7KTQ-M9XA-4WDC-GH3P',
    description: 'The code that was redeemed. Shown in lists, to keys with the scope `admin`.',
  })
  code?: string;

  @ApiProperty({ type: 'integer', example: 25, description: 'Credits that it gave.' })
  credits!: number;

  @ApiProperty({ type: String, example: 'grt_01kahn2qe1c3p7x5m4v8r9t6ws', description: 'The grant that it gave.' })
  grantId!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it was redeemed.' })
  redeemedAt!: string;
}

export class RedeemedVoucherAnswer extends VoucherRedemptionAnswer {
  @ApiProperty({ type: GrantAnswer, description: 'The grant, as it was right then.' })
  grant!: GrantAnswer;
}

/** A redemption of this moment. */
export function toRedeemedAnswer(redemption: VoucherRedemption, grant: Grant): RedeemedVoucherAnswer {
  return { ...toRedemptionAnswer(redemption), grant: grantAnswer(grant, redemption.redeemedAt) };
}

/** `code` is the one that was redeemed, where the caller may see it. */
export function toRedemptionAnswer(redemption: VoucherRedemption, code?: string): VoucherRedemptionAnswer {
  const { id, accountId, voucherId, credits, grantId, redeemedAt } = redemption;
  return {
    ...{ id, accountId, voucherId },
    ...(code === undefined ? {} : { code }),
    credits: toJsonInteger(credits),
    grantId,
    redeemedAt: redeemedAt.toISOString(),
  };
}
