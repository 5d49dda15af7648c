import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Entitlement, EntitlementSourceType } from './entitlement.js';

const SOURCE_TYPES: EntitlementSourceType[] = ['subscription', 'order', 'free'];

export class EntitlementSourceAnswer {
  @ApiProperty({
    description: 'By what kind of thing it is open, or was.',
    enum: SOURCE_TYPES,
    enumName: 'EntitlementSourceType',
    example: 'subscription',
  })
  type!: EntitlementSourceType;

  @ApiProperty({
    type: String,
    example: 'sub_1a2b',
    description: 'The subscription, the order, or the key of the product that is open to all.',
  })
  id!: string;
}

export class EntitlementAnswer {
  @ApiProperty({ type: String, example: 'history' })
  feature!: string;

  @ApiProperty({ type: Boolean, example: true, description: 'Whether it may be used now.' })
  active!: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'When it closes, or has closed; null while no end of it is known.',
  })
  expiresAt!: string | null;

  @ApiProperty({ type: EntitlementSourceAnswer, nullable: true, description: 'Null where it never was open.' })
  source!: EntitlementSourceAnswer | null;
}

export class EntitlementCheckAnswer extends EntitlementAnswer {
  @ApiPropertyOptional({
    type: String,
    format: 'uri',
    example: 'https://app.example/pricing?feature=history',
    description: 'Only while it is closed: where the customer finds what opens it.',
  })
  upgradeUrl?: string;
}

export class EntitlementListAnswer {
  @ApiProperty({ type: [EntitlementAnswer] })
  data!: EntitlementAnswer[];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Always null: all are answered at once.' })
  nextCursor!: null;
}

export function toEntitlementAnswer({ feature, active, expiresAt, source }: Entitlement): EntitlementAnswer {
  return { feature, active, expiresAt: expiresAt?.toISOString() ?? null, source };
}
