import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IsAccountId, IsCurrency, IsInteger, IsText, MayBeAbsent } from '../http/input/fields.js';
import { invariant } from '../kernel/invariant.js';
import type { PaymentLink } from './payment-links/payment-link.js';

/** What is sold, however it is paid. */
export class SaleBody {
  @ApiProperty({ type: String, example: 'basic', description: 'The key of a pack in the catalogue.' })
  @IsText({ max: 64 })
  product!: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 100, default: 1 })
  @MayBeAbsent()
  @IsInteger({ min: 1, max: 100 })
  quantity?: number;

  @ApiPropertyOptional({
    type: String,
    example: 'usd',
    description: "The default currency when left out, or the product's first price when it has none in that.",
  })
  @MayBeAbsent()
  @IsCurrency()
  currency?: string;
}

export const PROMOTION_CODES = {
  type: Boolean,
  example: true,
  description: 'Whether the page takes promotion codes; as configured when left out.',
};

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

export class CreatePaymentIntentBody extends SaleBody {
  @ApiProperty({ type: String, example: 'ada' })
  @IsAccountId()
  accountId!: string;
}

export class PaymentIntentAnswer {
  @ApiProperty({ type: String, example: 'ord_01kbhe5m8f6q0000000000000a' })
  orderId!: string;

  @ApiProperty({
    type: String,
    example: 'pi_a1b2_secret_c3d4',
    description: "For Stripe's elements in the customer's browser. Whoever has it can pay; keep it out of logs.",
  })
  clientSecret!: string;

  @ApiProperty({
    type: String,
    format: 'uri',
    example:
      'https://credits.example.com/checkout/success?order=ord_01kbhe5m8f6q0000000000000a&key=pX3vY0bqQvGJmZkq0dJq3w',
    description: 'A page that says what became of the payment, as `return_url` for an app that has none of its own.',
  })
  returnUrl!: string;
}

export function toPaymentLinkAnswer({ id, url }: PaymentLink): PaymentLinkAnswer {
  invariant(url !== null, `payment link ${id} has its page`);
  return { id, url };
}
