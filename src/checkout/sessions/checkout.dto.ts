import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IsAccountId, MayBeAbsent } from '../../http/input/fields.js';
import { IsWebAddress } from '../../http/input/web-address.js';
import { invariant } from '../../kernel/invariant.js';
import type { Order } from '../../orders/order.entity.js';
import { PROMOTION_CODES, SaleBody } from '../sale.dto.js';

@ApiSchema({ name: 'CreateCheckoutSessionRequest' })
export class CreateCheckoutBody extends SaleBody {
  @ApiProperty({ type: String, example: 'ada' })
  @IsAccountId()
  accountId!: string;

  @ApiPropertyOptional(PROMOTION_CODES)
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  promotionCodes?: boolean;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description:
      'Keeps what the customer pays with, so that it can be charged again while they are not there. The page shows ' +
      'them what they agree to by paying, and the order keeps it. A plan keeps it anyway.',
  })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  savePaymentMethod?: boolean;

  @ApiPropertyOptional({
    type: String,
    format: 'uri',
    example: 'https://app.example/thanks',
    description: 'Where the customer comes back to after paying.',
  })
  @MayBeAbsent()
  @IsWebAddress()
  successUrl?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'uri',
    example: 'https://app.example/credits',
    description: 'Where the customer comes back to without paying.',
  })
  @MayBeAbsent()
  @IsWebAddress()
  cancelUrl?: string;
}

@ApiSchema({ name: 'CheckoutSession' })
export class CheckoutAnswer {
  @ApiProperty({ type: String, example: 'ord_01kbhe5m8f6q0000000000000a' })
  orderId!: string;

  @ApiProperty({ description: "Stripe's id of the page.", type: String, example: 'cs_test_a1b2' })
  checkoutSessionId!: string;

  @ApiProperty({
    type: String,
    format: 'uri',
    example: 'https://checkout.stripe.com/c/pay/cs_test_a1b2',
    description: 'Send the customer here to pay.',
  })
  url!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'The page takes no payment after this.' })
  expiresAt!: string;
}

export function toCheckoutAnswer(order: Order): CheckoutAnswer {
  const { id, stripeCheckoutSessionId, checkoutUrl, checkoutExpiresAt } = order;
  invariant(
    stripeCheckoutSessionId !== null && checkoutUrl !== null && checkoutExpiresAt !== null,
    `order ${id} has its page`,
  );
  return {
    orderId: id,
    checkoutSessionId: stripeCheckoutSessionId,
    url: checkoutUrl,
    expiresAt: checkoutExpiresAt.toISOString(),
  };
}
