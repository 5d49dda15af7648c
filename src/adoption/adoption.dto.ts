import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, Matches } from 'class-validator';
import { IsMetadata, MayBeAbsent } from '../http/input/fields.js';
import {
  ACCESS_STATES,
  type AccessState,
  SUBSCRIPTION_STATUSES,
  type SubscriptionStatus,
} from '../subscriptions/mirror/access.js';
import { accessNow, planNow } from '../subscriptions/mirror/subscription-now.js';
import type { Adoption } from './adopt-stripe-customer.js';

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
      "Whether only what the customer has paid on payment links becomes the account's, which keeps the customer that " +
      'it has.',
  })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  paymentsOnly?: boolean;

  @ApiPropertyOptional({
    enum: ['adopt'],
    enumName: 'AdoptSubscriptions',
    description:
      'Follows the subscriptions of the customer that go on and hold a plan of the catalogue: features open at ' +
      'once, credits come with the next paid invoice.',
  })
  @MayBeAbsent()
  @IsIn(['adopt'], { message: 'must be adopt' })
  subscriptions?: 'adopt';

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { prod_TQ3b8n0aLsXfYz: 'basic-monthly' },
    description:
      "Which plans of the catalogue products of Stripe's stand for that were made before, by their ids; of " +
      '`scrip_<key>` it is known. It holds for every customer from then on. At most 50.',
  })
  @MayBeAbsent()
  @IsMetadata()
  plans?: Record<string, string>;
}

/** A subscription that was begun elsewhere, and is followed now. */
export class AdoptedSubscriptionAnswer {
  @ApiProperty({ type: String, example: 'sub_1SXk0aLsXfYz', description: "Stripe's own id." })
  id!: string;

  @ApiProperty({ type: String, example: 'basic-monthly', description: 'The plan that it holds.' })
  plan!: string;

  @ApiProperty({ enum: [...SUBSCRIPTION_STATUSES], enumName: 'SubscriptionStatus', description: "Stripe's own word." })
  status!: SubscriptionStatus;

  @ApiProperty({ enum: [...ACCESS_STATES], enumName: 'AccessState', description: 'What it lets the account use now.' })
  accessState!: AccessState;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it is to be paid next.' })
  currentPeriodEnd!: string;

  @ApiProperty({
    enum: ['next_paid_invoice', 'every_paid_invoice'],
    enumName: 'AdoptedCredits',
    description:
      'From when on it gives credits. What was paid before the adoption gives none (`next_paid_invoice`): grant ' +
      'what it is still worth with `POST /v1/accounts/{accountId}/grants`. One that nothing was paid for ' +
      'before, or that was followed already, gives credits for all that is paid.',
  })
  creditsFrom!: 'next_paid_invoice' | 'every_paid_invoice';
}

/** A subscription that holds no plan of the catalogue, and is left alone. */
export class LeftSubscriptionAnswer {
  @ApiProperty({ type: String, example: 'sub_1SXk0aLsXfYz', description: "Stripe's own id." })
  id!: string;

  @ApiProperty({ type: String, example: 'active', description: "Stripe's own word." })
  status!: string;

  @ApiProperty({
    type: [String],
    example: ['prod_TQ3b8n0aLsXfYz'],
    description: 'What it is to, which `plans` may name the plan of.',
  })
  stripeProductIds!: string[];
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

  @ApiProperty({
    type: [AdoptedSubscriptionAnswer],
    description: 'Subscriptions that are followed, if that was asked for.',
  })
  subscriptions!: AdoptedSubscriptionAnswer[];

  @ApiProperty({ type: [LeftSubscriptionAnswer], description: 'Subscriptions that are not, since they hold no plan.' })
  subscriptionsLeft!: LeftSubscriptionAnswer[];
}

export function toAdoptedCustomerAnswer(
  { accountId, stripeCustomerId }: { accountId: string; stripeCustomerId: string },
  { creditedOrderIds, mirrored, left }: Adoption,
  now: Date,
): AdoptedCustomerAnswer {
  return {
    accountId,
    stripeCustomerId,
    creditedOrderIds,
    subscriptions: mirrored.map((subscription) => ({
      id: subscription.stripeSubscriptionId,
      plan: planNow(subscription, now),
      status: subscription.status,
      accessState: accessNow(subscription, now),
      currentPeriodEnd: subscription.periodEnd.toISOString(),
      creditsFrom: subscription.creditsFrom === null ? 'every_paid_invoice' : 'next_paid_invoice',
    })),
    subscriptionsLeft: left.map(({ stripeSubscriptionId, status, stripeProductIds }) => ({
      id: stripeSubscriptionId,
      status,
      stripeProductIds: [...stripeProductIds],
    })),
  };
}
