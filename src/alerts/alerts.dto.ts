import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsCreditAmount, IsInteger, MayBeAbsent } from '../http/input/fields.js';
import { ValidationFailed } from '../http/problems/http.problems.js';
import { type Credits, credits, MAX_REQUEST_CREDITS } from '../kernel/credits.js';

/** Events of the feed are kept for 30 days at least: so long it is known what was told. */
const EXPIRING_DAYS = { min: 1, max: 30 };

export class AlertBody {
  @ApiPropertyOptional({
    description: 'Fires when what is available falls below it.',
    type: 'integer',
    minimum: 1,
    maximum: MAX_REQUEST_CREDITS,
    example: 10,
  })
  @MayBeAbsent()
  @IsCreditAmount()
  belowCredits?: number;

  @ApiPropertyOptional({
    description: 'In its place: fires for each grant that expires in so many days with credits left.',
    type: 'integer',
    minimum: EXPIRING_DAYS.min,
    maximum: EXPIRING_DAYS.max,
    example: 14,
  })
  @MayBeAbsent()
  @IsInteger(EXPIRING_DAYS)
  expiringWithinDays?: number;
}

/** What an alert looks for: one of both. */
export interface AlertTerms {
  readonly belowCredits: Credits | null;
  readonly expiringWithinDays: number | null;
}

/** @throws ValidationFailed for both at once, and for neither */
export function termsOf({ belowCredits, expiringWithinDays }: AlertBody): AlertTerms {
  if (belowCredits === undefined && expiringWithinDays === undefined)
    throw ValidationFailed.at('/belowCredits', 'must be there, or expiringWithinDays in its place');
  if (belowCredits !== undefined && expiringWithinDays !== undefined)
    throw ValidationFailed.at('/expiringWithinDays', 'must not stand next to belowCredits');
  return {
    belowCredits: belowCredits === undefined ? null : credits(belowCredits),
    expiringWithinDays: expiringWithinDays ?? null,
  };
}

export const ALERT_STATES = ['armed', 'low', 'waiting'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

export class AlertAnswer {
  @ApiProperty({ type: String, example: 'running-low' })
  key!: string;

  @ApiProperty({
    description: 'Whether it is of the account alone. One of the same key for all accounts says nothing of it then.',
    enum: ['account', 'all'],
  })
  appliesTo!: 'account' | 'all';

  @ApiProperty({
    description: 'Fires when what is available falls below it; null of an alert for what expires.',
    type: 'integer',
    nullable: true,
    example: 10,
  })
  belowCredits!: number | null;

  @ApiProperty({
    description: 'Fires for each grant that expires in so many days with credits left; null of any other alert.',
    type: 'integer',
    nullable: true,
    example: null,
  })
  expiringWithinDays!: number | null;

  @ApiProperty({
    description:
      '`armed`: it fires when what is available falls below. `low`: it is below, and fires again once it was not. ' +
      '`waiting`: it has fallen below within an hour after it had fired, and fires with the first change after that ' +
      'hour, if it is still below. An alert for what expires is always armed.',
    enum: [...ALERT_STATES],
    enumName: 'AlertState',
  })
  state!: AlertState;

  @ApiProperty({
    description: 'When it fired last for this account; null where it never has.',
    type: String,
    format: 'date-time',
    nullable: true,
  })
  lastFiredAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: string;
}

export class CommonAlertAnswer extends OmitType(AlertAnswer, ['appliesTo', 'state', 'lastFiredAt']) {}
