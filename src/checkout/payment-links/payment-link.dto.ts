import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsAccountId, MayBeAbsent } from '../../http/input/fields.js';
import { PageQuery } from '../../http/input/page-query.js';
import { toJsonInteger } from '../../kernel/credits.js';
import { PaymentLinkAnswer, toPaymentLinkAnswer } from '../sale.dto.js';
import type { PaymentLink } from './payment-link.js';

export class ListPaymentLinksQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, example: 'ada', description: 'Those of one account alone.' })
  @MayBeAbsent()
  @IsAccountId()
  accountId?: string;
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
