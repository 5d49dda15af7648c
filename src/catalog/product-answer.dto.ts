import { ApiProperty } from '@nestjs/swagger';
import { PriceDto } from './catalog.dto.js';
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
  @ApiProperty({ type: 'integer', nullable: true, example: 10 })
  capCredits!: number | null;

  @ApiProperty({ type: 'integer', example: 1 })
  months!: number;
}

export class ProductAnswer {
  @ApiProperty({ type: String, example: 'basic' })
  key!: string;

  @ApiProperty({ enum: [...PRODUCT_KINDS], enumName: 'ProductKind', example: 'pack' })
  kind!: ProductKind;

  @ApiProperty({ type: String, example: 'Basic' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  description!: string | null;

  @ApiProperty({ type: 'integer', example: 12 })
  credits!: number;

  @ApiProperty({ type: [PriceDto], example: [{ currency: 'usd', amountMinor: 1000 }] })
  prices!: PriceDto[];

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  validityDays!: number | null;

  @ApiProperty({ type: [String], example: [] })
  features!: string[];

  @ApiProperty({ enum: [...PLAN_INTERVALS], enumName: 'PlanInterval', nullable: true, example: null })
  interval!: PlanInterval | null;

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  trialDays!: number | null;

  @ApiProperty({ type: 'integer', example: 0 })
  trialCredits!: number;

  @ApiProperty({ type: RolloverAnswer, nullable: true, example: null })
  rollover!: RolloverAnswer | null;

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  seats!: number | null;

  @ApiProperty({ enum: [...PARTIAL_REFUND_POLICIES], enumName: 'PartialRefundPolicy', nullable: true, example: null })
  onPartialRefund!: PartialRefundPolicy | null;

  @ApiProperty({ enum: [...FULFILMENTS], enumName: 'Fulfilment', nullable: true, example: null })
  fulfilment!: Fulfilment | null;

  @ApiProperty({ type: Boolean, example: true })
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
    ...offerOf(product),
    revision: product.revision,
    createdAt: product.createdAt.toISOString(),
    updatedAt: product.updatedAt.toISOString(),
  };
}
