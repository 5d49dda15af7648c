import { ApiProperty } from '@nestjs/swagger';
import { PriceBody } from './catalog.dto.js';
import { IncludedUsageAnswer } from './included-usage.dto.js';
import { offerOf } from './offer.js';
import {
  FULFILMENTS,
  type Fulfilment,
  PARTIAL_REFUND_POLICIES,
  type PartialRefundPolicy,
  PLAN_INTERVALS,
  type PlanInterval,
  PRODUCT_KINDS,
  type Product,
  type ProductKind,
} from './product.entity.js';

export class RolloverAnswer {
  @ApiProperty({
    description: 'The most that rolls over at one renewal, in credits; null for all that is left.',
    type: 'integer',
    nullable: true,
    example: 10,
  })
  capCredits!: number | null;

  @ApiProperty({ description: 'How many months it lives on.', type: 'integer', example: 1 })
  months!: number;
}

export class ProductAnswer {
  @ApiProperty({ type: String, example: 'basic' })
  key!: string;

  @ApiProperty({
    description: 'Whether it is credits once, credits every month, or something that is open or closed.',
    enum: [...PRODUCT_KINDS],
    enumName: 'ProductKind',
    example: 'pack',
  })
  kind!: ProductKind;

  @ApiProperty({ description: 'What buyers read.', type: String, example: 'Basic' })
  name!: string;

  @ApiProperty({
    description: 'What buyers read below the name; null without one.',
    type: String,
    nullable: true,
    example: null,
  })
  description!: string | null;

  @ApiProperty({ description: 'Credits that one unit gives; of a plan, in each month.', type: 'integer', example: 12 })
  credits!: number;

  @ApiProperty({
    description: 'One for each currency, in alphabetical order.',
    type: [PriceBody],
    example: [{ currency: 'usd', amountMinor: 1000 }],
  })
  prices!: PriceBody[];

  @ApiProperty({
    description: 'For how many days bought credits live; null for ever.',
    type: 'integer',
    nullable: true,
    example: null,
  })
  validityDays!: number | null;

  @ApiProperty({ description: 'What it opens next to credits.', type: [String], example: [] })
  features!: string[];

  @ApiProperty({
    description: 'How often a plan is charged; null for other kinds.',
    enum: [...PLAN_INTERVALS],
    enumName: 'PlanInterval',
    nullable: true,
    example: null,
  })
  interval!: PlanInterval | null;

  @ApiProperty({
    description: 'For how many days a plan is tried before it is charged; null without a trial.',
    type: 'integer',
    nullable: true,
    example: null,
  })
  trialDays!: number | null;

  @ApiProperty({ description: 'Credits that the trial gives.', type: 'integer', example: 0 })
  trialCredits!: number;

  @ApiProperty({
    description: "What of a month's credits is kept at a renewal; null for nothing.",
    type: RolloverAnswer,
    nullable: true,
    example: null,
  })
  rollover!: RolloverAnswer | null;

  @ApiProperty({
    description: 'For how many people a plan is; null when it does not say.',
    type: 'integer',
    nullable: true,
    example: null,
  })
  seats!: number | null;

  @ApiProperty({
    description: 'Usage that each paid month of a plan includes.',
    type: [IncludedUsageAnswer],
    example: [{ meter: 'pages', match: {}, quantity: '1000' }],
  })
  included!: IncludedUsageAnswer[];

  @ApiProperty({
    description: 'Whether a refund of a part closes a feature; null for other kinds.',
    enum: [...PARTIAL_REFUND_POLICIES],
    enumName: 'PartialRefundPolicy',
    nullable: true,
    example: null,
  })
  onPartialRefund!: PartialRefundPolicy | null;

  @ApiProperty({
    description:
      'Whether a feature is access, or a booking that is released when it is refunded; null for other kinds.',
    enum: [...FULFILMENTS],
    enumName: 'Fulfilment',
    nullable: true,
    example: null,
  })
  fulfilment!: Fulfilment | null;

  @ApiProperty({ description: 'Whether it can be bought now.', type: Boolean, example: true })
  active!: boolean;

  @ApiProperty({ type: 'integer', example: 1, description: 'Counts the changes of the offer, from 1.' })
  revision!: number;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  updatedAt!: string;
}

export function toProductAnswer(product: Product): ProductAnswer {
  return {
    key: product.key,
    included: [],
    ...offerOf(product),
    revision: product.revision,
    createdAt: product.createdAt.toISOString(),
    updatedAt: product.updatedAt.toISOString(),
  };
}
