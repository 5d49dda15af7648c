import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, Matches } from 'class-validator';
import { IsCreditAmount, IsInteger, IsMetadata, IsText, MayBeAbsent, OptionalInstant } from '../http/input/fields.js';
import { MAX_REQUEST_CREDITS, toJsonInteger } from '../kernel/credits.js';
import type { GrantCategory } from '../ledger/book/model.js';
import { OWN_CODE } from './codes.js';
import type { MadeVoucher } from './make-voucher.js';
import { statusOf, VOUCHER_STATUSES, type VoucherStatus } from './redeemable.js';
import type { Voucher, VoucherCode } from './voucher.entity.js';

const MAX_CODES = 10_000;
const MAX_VALIDITY_DAYS = 36_500;
const MAX_REDEMPTIONS = 1_000_000_000;
/** Each redemption of an account reads those before it. */
const MAX_PER_ACCOUNT = 1_000;
/** What somebody may type, in whatever form. */
export const MAX_TYPED_CODE = 200;

const EXAMPLE_CODE = '7KTQ-M9XA-4WDC-GH3P';
const METADATA_SCHEMA = {
  type: 'object',
  additionalProperties: { type: 'string' },
  example: { campaign: 'launch' },
} as const;

export class CreateVoucherBody {
  @ApiPropertyOptional({
    type: String,
    pattern: OWN_CODE.source,
    maxLength: 127,
    example: 'WELCOME-2026',
    description:
      'A code of your own: 3 to 64 letters and digits, with dashes and underscores between them. One that nobody can ' +
      'guess is generated when it is left out; anybody can redeem one that they guess.',
  })
  @MayBeAbsent()
  @Matches(OWN_CODE, { message: 'must be 3 to 64 letters and digits, with dashes and underscores between them' })
  code?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_CODES,
    default: 1,
    example: 500,
    description: 'How many codes are generated. They are one voucher: its terms hold for all of them together.',
  })
  @MayBeAbsent()
  @IsInteger({ min: 1, max: MAX_CODES })
  count?: number;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: MAX_REQUEST_CREDITS,
    example: 25,
    description: 'Credits that each redemption gives.',
  })
  @IsCreditAmount()
  credits!: number;

  @ApiPropertyOptional({
    enum: ['promotional', 'paid'],
    default: 'promotional',
    description:
      'Whether the credits were paid for, such as those of a gift card. Promotional ones are used up first of those ' +
      'that lapse at the same time. Neither has a cost.',
  })
  @MayBeAbsent()
  @IsIn(['promotional', 'paid'], { message: 'must be promotional or paid' })
  category?: GrantCategory;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_VALIDITY_DAYS,
    example: 90,
    description: 'How long the credits live once they were given; for ever without it.',
  })
  @MayBeAbsent()
  @IsInteger({ min: 1, max: MAX_VALIDITY_DAYS })
  validityDays?: number;

  @OptionalInstant('2099-12-24T00:00:00Z', 'From when on no code can be redeemed any more; never without it.')
  redeemableUntil?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_REDEMPTIONS,
    example: 1,
    description: 'How often each code can be redeemed, by all accounts together; without it there is no limit.',
  })
  @MayBeAbsent()
  @IsInteger({ min: 1, max: MAX_REDEMPTIONS })
  maxRedemptions?: number;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_PER_ACCOUNT,
    default: 1,
    description: 'How often one account can redeem the voucher, by whichever of its codes.',
  })
  @MayBeAbsent()
  @IsInteger({ min: 1, max: MAX_PER_ACCOUNT })
  perAccount?: number;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Only for accounts that have placed no order and spent nothing yet.',
  })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  newAccountsOnly?: boolean;

  @ApiPropertyOptional(METADATA_SCHEMA)
  @MayBeAbsent()
  @IsMetadata()
  metadata?: Record<string, string>;
}

export class DisableVoucherBody {
  @ApiPropertyOptional({
    type: String,
    maxLength: MAX_TYPED_CODE,
    example: EXAMPLE_CODE,
    description: 'Disables this one of its codes alone.',
  })
  @MayBeAbsent()
  @IsText({ max: MAX_TYPED_CODE })
  code?: string;
}

export class VoucherAnswer {
  @ApiProperty({ type: String, example: 'vch_01kbhe5m8f6q0000000000000a' })
  id!: string;

  @ApiProperty({ enum: VOUCHER_STATUSES, enumName: 'VoucherStatus', description: 'Whether it can be redeemed.' })
  status!: VoucherStatus;

  @ApiPropertyOptional({
    type: String,
    example: EXAMPLE_CODE,
    description: 'Its code, where it has one alone. Shown to keys with the scope `admin`.',
  })
  code?: string;

  @ApiProperty({ type: 'integer', example: 1, description: 'How many codes it has.' })
  codeCount!: number;

  @ApiProperty({ type: 'integer', example: 25, description: 'Credits that each redemption gives.' })
  credits!: number;

  @ApiProperty({ enum: ['promotional', 'paid'], description: 'Whether the credits were paid for.' })
  category!: GrantCategory;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 90,
    description: 'How long the credits live once they were given; null for ever.',
  })
  validityDays!: number | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'From when on no code can be redeemed any more; null for never.',
  })
  redeemableUntil!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 1,
    description: 'How often each code can be redeemed, by all accounts together; null for no limit.',
  })
  maxRedemptions!: number | null;

  @ApiProperty({ type: 'integer', example: 1, description: 'How often one account can redeem it.' })
  perAccount!: number;

  @ApiProperty({ type: Boolean, example: false, description: 'Only for accounts without an order and a spend.' })
  newAccountsOnly!: boolean;

  @ApiProperty(METADATA_SCHEMA)
  metadata!: Record<string, string>;

  @ApiProperty({ type: 'integer', example: 0, description: 'How often it was redeemed, by all its codes together.' })
  redemptions!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Since when it is disabled; null while it is not.',
  })
  disabledAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;
}

export class MadeVoucherAnswer extends VoucherAnswer {
  @ApiProperty({ type: [String], example: [EXAMPLE_CODE], description: 'All its codes.' })
  codes!: string[];
}

export class VoucherCodeAnswer {
  @ApiProperty({ type: String, example: EXAMPLE_CODE, description: 'The code, as it is handed out.' })
  code!: string;

  @ApiProperty({ type: 'integer', example: 0, description: 'How often it was redeemed.' })
  redemptions!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Since when this code is disabled by itself; null where it is not.',
  })
  disabledAt!: string | null;
}

export class VoucherCodeListAnswer {
  @ApiProperty({ type: [VoucherCodeAnswer] })
  data!: VoucherCodeAnswer[];

  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor!: string | null;
}

/** `code` is its only one, where the caller may see it. */
export function toVoucherAnswer(voucher: Voucher, now: Date, code?: string): VoucherAnswer {
  return {
    id: voucher.id,
    status: statusOf(voucher, now),
    ...(code === undefined ? {} : { code }),
    codeCount: voucher.codeCount,
    credits: toJsonInteger(voucher.credits),
    category: voucher.category,
    validityDays: voucher.validityDays,
    redeemableUntil: voucher.redeemableUntil?.toISOString() ?? null,
    maxRedemptions: voucher.maxRedemptions,
    perAccount: voucher.perAccount,
    newAccountsOnly: voucher.newAccountsOnly,
    metadata: voucher.metadata,
    redemptions: toJsonInteger(voucher.redemptions),
    disabledAt: voucher.disabledAt?.toISOString() ?? null,
    createdAt: voucher.createdAt.toISOString(),
  };
}

/** The same whenever it is asked for: the voucher is as it was when it was made. */
export function toMadeVoucherAnswer({ voucher, codes }: Pick<MadeVoucher, 'voucher' | 'codes'>): MadeVoucherAnswer {
  const [code] = codes.length === 1 ? codes : [];
  return { ...toVoucherAnswer(voucher, voucher.createdAt, code), codes };
}

export function toVoucherCodeAnswer({ code, redemptions, disabledAt }: VoucherCode): VoucherCodeAnswer {
  return { code, redemptions, disabledAt: disabledAt?.toISOString() ?? null };
}
