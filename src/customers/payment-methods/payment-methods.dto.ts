import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IsCurrency, MayBeAbsent } from '../../http/input/fields.js';
import { IsWebAddress } from '../../http/input/web-address.js';
import type { StripeSetupPage } from '../../stripe/objects/payment-methods.js';
import type { PaymentMethod } from './payment-methods.js';

const SETUP_KINDS = ['page', 'form'] as const;
type SetupKind = (typeof SETUP_KINDS)[number];

export class SetUpPaymentMethodBody {
  @ApiPropertyOptional({
    enum: SETUP_KINDS,
    enumName: 'SetupKind',
    default: 'page',
    description: "A page of Stripe's, or a form of the app's own.",
  })
  @MayBeAbsent()
  @IsIn(SETUP_KINDS, { message: `must be one of ${SETUP_KINDS.join(', ')}` })
  kind?: SetupKind;

  @ApiPropertyOptional({
    type: String,
    example: 'usd',
    description: 'In which it is to be charged later, for a page; the default currency when left out.',
  })
  @MayBeAbsent()
  @IsCurrency()
  currency?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'uri',
    example: 'https://app.example/account',
    description: 'Where the customer comes back to from the page after saving something.',
  })
  @MayBeAbsent()
  @IsWebAddress()
  successUrl?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'uri',
    example: 'https://app.example/account',
    description: 'Where the customer comes back to from the page without saving anything.',
  })
  @MayBeAbsent()
  @IsWebAddress()
  cancelUrl?: string;
}

@ApiSchema({ name: 'PaymentMethodSetup' })
export class PaymentMethodSetupAnswer {
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'cs_test_a1b2',
    description: "Stripe's id of the page; null for a form.",
  })
  checkoutSessionId!: string | null;

  @ApiProperty({
    type: String,
    format: 'uri',
    nullable: true,
    example: 'https://checkout.stripe.com/c/pay/cs_test_a1b2',
    description: 'Send the customer here; null for a form.',
  })
  url!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'The page takes nothing after this; null for a form.',
  })
  expiresAt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'seti_1Tb2QmA',
    description: "Stripe's id of what a form finishes; null for a page.",
  })
  setupIntentId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'seti_1Tb2QmA_secret_c3d4',
    description:
      "For Stripe's elements in the customer's browser; null for a page. Whoever has it can save a payment method; " +
      'keep it out of logs.',
  })
  clientSecret!: string | null;
}

@ApiSchema({ name: 'PaymentMethod' })
export class PaymentMethodAnswer {
  @ApiProperty({ type: String, example: 'pm_1Tb2QmA', description: "Stripe's id of it." })
  id!: string;

  @ApiProperty({ type: String, example: 'card', description: "What it is, in Stripe's own word." })
  type!: string;

  @ApiProperty({ type: String, nullable: true, example: 'visa', description: 'Of a card; null for anything else.' })
  brand!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '4242',
    description: 'The last digits of a card or an account; null where there are none.',
  })
  last4!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 12,
    description: 'The last month in which a card is good, from 1; null for anything else.',
  })
  expMonth!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 2034, description: 'The year of that month.' })
  expYear!: number | null;

  @ApiProperty({
    type: Boolean,
    example: true,
    description:
      'Whether it is charged while nobody is there: the one that was chosen, or while none was the one that was ' +
      'saved last.',
  })
  isDefault!: boolean;
}

export function toPaymentMethodAnswer(method: PaymentMethod): PaymentMethodAnswer {
  const { stripePaymentMethodId: id, type, brand, last4, expMonth, expYear, isDefault } = method;
  return { id, type, brand, last4, expMonth, expYear, isDefault };
}

const NO_SETUP: PaymentMethodSetupAnswer = {
  checkoutSessionId: null,
  url: null,
  expiresAt: null,
  setupIntentId: null,
  clientSecret: null,
};

export function toPageAnswer({ stripeCheckoutSessionId, url, expiresAt }: StripeSetupPage): PaymentMethodSetupAnswer {
  return { ...NO_SETUP, checkoutSessionId: stripeCheckoutSessionId, url, expiresAt: expiresAt.toISOString() };
}

/** Without the secret, which is kept nowhere. */
export function toFormAnswer(setupIntentId: string): PaymentMethodSetupAnswer {
  return { ...NO_SETUP, setupIntentId };
}
