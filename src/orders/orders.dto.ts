import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { PRODUCT_KINDS, type ProductKind } from '../catalog/product.entity.js';
import { IsAccountId, MayBeAbsent } from '../http/input/fields.js';
import { SpanQuery, StripeIdFilter } from '../http/input/page-query.js';
import { toJsonInteger } from '../kernel/credits.js';
import type { Order } from './order.entity.js';
import { ORDER_STATUSES, type OrderStatus } from './order-lifecycle.js';

export class ListOrdersQuery extends SpanQuery {
  @ApiPropertyOptional({ description: 'Those of one account alone.', type: String, example: 'ada' })
  @MayBeAbsent()
  @IsAccountId()
  accountId?: string;

  @ApiPropertyOptional({
    enum: ORDER_STATUSES,
    enumName: 'OrderStatus',
    example: 'disputed',
    description: 'Those with this status alone.',
  })
  @MayBeAbsent()
  @IsIn(ORDER_STATUSES, { message: `must be one of ${ORDER_STATUSES.join(', ')}` })
  status?: OrderStatus;

  @ApiPropertyOptional({
    enum: [...PRODUCT_KINDS],
    enumName: 'ProductKind',
    example: 'pack',
    description: 'Those of this kind of product alone.',
  })
  @MayBeAbsent()
  @IsIn(PRODUCT_KINDS, { message: `must be one of ${PRODUCT_KINDS.join(', ')}` })
  kind?: ProductKind;

  @StripeIdFilter('pi_3Tb2QmA', 'The one that was paid with this payment at Stripe.')
  paymentIntentId?: string;

  @StripeIdFilter('cs_test_a1b2', 'The one that is paid on this page of Stripe.')
  checkoutSessionId?: string;

  @StripeIdFilter('sub_1a2b', 'Those of the invoices of this subscription.')
  subscriptionId?: string;

  @StripeIdFilter('in_1a2b', 'The one of this invoice at Stripe.')
  invoiceId?: string;

  @StripeIdFilter('lnk_01kbhe5m8f6q0000000000000a', 'Those of this payment link, by its id here.')
  paymentLinkId?: string;
}

export class ReuseConsentAnswer {
  @ApiProperty({ type: String, example: 'scrip-1', description: 'The version of the text.' })
  textVersion!: string;

  @ApiProperty({
    type: String,
    example: 'By paying you agree that this payment method is kept.',
    description: 'The text as the page shows it.',
  })
  text!: string;
}

export class OrderAnswer {
  @ApiProperty({ type: String, example: 'ord_01kbhe5m8f6q0000000000000a' })
  id!: string;

  @ApiProperty({ type: String, example: 'ada' })
  accountId!: string;

  @ApiProperty({ type: String, example: 'basic' })
  product!: string;

  @ApiProperty({ type: String, example: 'Basic', description: 'Its name when the order was made.' })
  productName!: string;

  @ApiProperty({ type: 'integer', example: 1 })
  quantity!: number;

  @ApiProperty({ description: 'Where the purchase stands.', enum: ORDER_STATUSES, enumName: 'OrderStatus' })
  status!: OrderStatus;

  @ApiProperty({ type: 'integer', example: 12, description: 'Of all units together.' })
  credits!: number;

  @ApiProperty({ type: 'integer', example: 1000, description: 'What was charged; what is to be charged before that.' })
  amountMinor!: number;

  @ApiProperty({ type: String, example: 'usd' })
  currency!: string;

  @ApiProperty({ type: 'integer', example: 0, description: 'Money that went back.' })
  refundedMinor!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Money that disputes have withdrawn and not given back.' })
  disputedMinor!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Disputes and inquiries that are not decided yet.' })
  openDisputes!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Credits taken back for it.' })
  reversedCredits!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Credits of it that had lapsed unspent already.' })
  lapsedCredits!: number;

  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'Credits that should have come back and were already spent.',
  })
  shortfallCredits!: number;

  @ApiProperty({ type: String, nullable: true })
  checkoutSessionId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  paymentIntentId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The payment link that was paid.' })
  paymentLinkId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The grant that the purchase made.' })
  grantId!: string | null;

  @ApiPropertyOptional({
    type: ReuseConsentAnswer,
    description:
      'What the customer agrees to by paying, so that they can be charged again with the same card. Present where ' +
      'the order was to keep it; agreed to once the order is paid.',
  })
  reuseConsent?: ReuseConsentAnswer;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({
    description: 'When its credits or features were given; null before that.',
    type: String,
    format: 'date-time',
    nullable: true,
  })
  fulfilledAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: string;
}

export class OrderListAnswer {
  @ApiProperty({ type: [OrderAnswer] })
  data!: OrderAnswer[];

  @ApiProperty({ type: String, nullable: true, example: null })
  nextCursor!: string | null;
}

export function toOrderAnswer(order: Order): OrderAnswer {
  const { reuseConsent } = order.options;
  return {
    id: order.id,
    accountId: order.accountId,
    product: order.productKey,
    productName: order.product.name,
    quantity: order.quantity,
    status: order.status,
    credits: toJsonInteger(order.credits),
    amountMinor: toJsonInteger(order.chargedMinor ?? order.offerAmountMinor),
    currency: order.currency,
    refundedMinor: toJsonInteger(order.refundedMinor),
    disputedMinor: toJsonInteger(order.disputedMinor),
    openDisputes: order.openDisputes,
    reversedCredits: toJsonInteger(order.reversedCredits),
    lapsedCredits: toJsonInteger(order.lapsedCredits),
    shortfallCredits: toJsonInteger(order.shortfallCredits),
    checkoutSessionId: order.stripeCheckoutSessionId,
    paymentIntentId: order.stripePaymentIntentId,
    paymentLinkId: order.paymentLinkId,
    grantId: order.grantId,
    ...(reuseConsent && { reuseConsent }),
    createdAt: order.createdAt.toISOString(),
    fulfilledAt: order.fulfilledAt?.toISOString() ?? null,
    updatedAt: order.updatedAt.toISOString(),
  };
}
