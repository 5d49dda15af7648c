import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, Matches } from 'class-validator';
import { MayBeAbsent } from '../http/fields.js';

const SUBSCRIPTION_WAYS = ['adopt'] as const;

export class AdoptStripeCustomerBody {
  @ApiProperty({
    type: String,
    maxLength: 100,
    example: 'cus_TQ3b8n0aLsXfYz',
    description: 'A customer that Stripe has.',
  })
  @Matches(/^cus_[A-Za-z0-9_]{1,96}$/, { message: 'must be the id of a customer at Stripe, which begins with cus_' })
  stripeCustomerId!: string;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    example: false,
    description:
      "Whether only what the customer has paid on payment links becomes the account's, which keeps the customer that it has.",
  })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  paymentsOnly?: boolean;

  @ApiPropertyOptional({
    enum: SUBSCRIPTION_WAYS,
    enumName: 'AdoptSubscriptions',
    description:
      'Whether subscriptions to plans of the catalogue that the customer has already are shown and open at once, and not when Stripe tells of them next. Either way they give credits from their next payment on.',
  })
  @MayBeAbsent()
  @IsIn(SUBSCRIPTION_WAYS, { message: 'must be adopt' })
  subscriptions?: (typeof SUBSCRIPTION_WAYS)[number];
}

export class AdoptedCustomerAnswer {
  @ApiProperty({ type: String, example: 'ada', description: 'The account.' })
  accountId!: string;

  @ApiProperty({ type: String, example: 'cus_TQ3b8n0aLsXfYz', description: 'The customer that was named.' })
  stripeCustomerId!: string;

  @ApiProperty({
    type: [String],
    example: ['ord_01kbhe5m8f6q0000000000000a'],
    description: 'Orders of what the customer had paid on payment links while no account was known for it.',
  })
  creditedOrderIds!: string[];
}
