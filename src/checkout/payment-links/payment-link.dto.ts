import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IsAccountId, MayBeAbsent } from '../../http/input/fields.js';
import { PageQuery } from '../../http/input/page-query.js';
import { toJsonInteger } from '../../kernel/credits.js';
import { invariant } from '../../kernel/invariant.js';
import { PROMOTION_CODES, SaleBody } from '../sale.dto.js';

import type { PaymentLink } from './payment-link.entity.js';

export class CreatePaymentLinkBody extends SaleBody {
  @ApiPropertyOptional({
    type: String,
    example: 'ada',
    description:
      'Who gets the credits of every payment. Without it each address that you hand out names its account: add ' +
      '`?client_reference_id={accountId}` to the url. Stripe leaves ids out there that hold other characters ' +
      'than letters, digits, `-` and `_`: make a link of their own for such accounts.',
  })
  @MayBeAbsent()
  @IsAccountId()
  accountId?: string;

  @ApiPropertyOptional(PROMOTION_CODES)
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  promotionCodes?: boolean;
}

export class ListPaymentLinksQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, example: 'ada', description: 'Those of one account alone.' })
  @MayBeAbsent()
  @IsAccountId()
  accountId?: string;
}

export class PaymentLinkAnswer {
  @ApiProperty({
    description: 'Its id, which begins with `lnk_`.',
    type: String,
    example: 'lnk_01kbhe5m8f6q0000000000000a',
  })
  id!: string;

  @ApiProperty({
    type: String,
    format: 'uri',
    example: 'https://buy.stripe.com/test_a1b2',
    description: 'Whoever has it can pay there, any number of times; each payment becomes an order of its own.',
  })
  url!: string;
}

export class PaymentLinkDetailAnswer extends PaymentLinkAnswer {
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'ada',
    description: 'Who gets the credits of every payment; null where each payment names its account.',
  })
  accountId!: string | null;

  @ApiProperty({ type: String, example: 'basic' })
  product!: string;

  @ApiProperty({ type: String, example: 'Basic', description: 'Its name when the link was made.' })
  productName!: string;

  @ApiProperty({ type: 'integer', example: 1 })
  quantity!: number;

  @ApiProperty({ type: 'integer', example: 12, description: 'Of each payment.' })
  credits!: number;

  @ApiProperty({ type: 'integer', example: 1000, description: 'Of each payment, before codes and tax.' })
  amountMinor!: number;

  @ApiProperty({ type: String, example: 'usd' })
  currency!: string;

  @ApiProperty({ type: Boolean, example: true, description: 'False once it was switched off here.' })
  active!: boolean;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({
    description: 'When it was switched off here; null while it is on.',
    type: String,
    format: 'date-time',
    nullable: true,
  })
  deactivatedAt!: string | null;
}

export function toPaymentLinkAnswer({ id, url }: PaymentLink): PaymentLinkAnswer {
  invariant(url !== null, `payment link ${id} has its page`);
  return { id, url };
}

export function toPaymentLinkDetailAnswer(link: PaymentLink): PaymentLinkDetailAnswer {
  const { accountId, sale, createdAt, deactivatedAt } = link;
  return {
    ...toPaymentLinkAnswer(link),
    accountId,
    product: sale.productKey,
    productName: sale.product.name,
    quantity: sale.quantity,
    credits: toJsonInteger(sale.credits),
    amountMinor: toJsonInteger(sale.amountMinor),
    currency: sale.currency,
    active: deactivatedAt === null,
    createdAt: createdAt.toISOString(),
    deactivatedAt: deactivatedAt?.toISOString() ?? null,
  };
}
