import { ApiProperty, ApiPropertyOptional, ApiSchema, OmitType } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { IsAccountId, IsNested, MayBeAbsent } from '../../http/input/fields.js';
import { MAX_ATTRIBUTE_LENGTH } from '../../ledger/usage/usage-events.js';
import { LinesBody } from '../../rating/lines.dto.js';
import { usageInstantOf } from './usage-instant.js';

/** No text of an event holds these, as the standard says. */
const CONTROL = /\p{Cc}/u;
const BLANK = /\s/;
/** `application/json`, and whatever is JSON by its ending. */
const JSON_TYPE = /^[\w.+-]+\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

function rule(name: string, allows: (value: unknown) => boolean, sentence: string): PropertyDecorator {
  return ValidateBy({ name, validator: { validate: allows, defaultMessage: () => sentence } });
}

function IsAttribute(): PropertyDecorator {
  return rule('isAttribute', isAttribute, `must be text of 1 to ${MAX_ATTRIBUTE_LENGTH} characters, none a control`);
}

function isAttribute(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= MAX_ATTRIBUTE_LENGTH && !CONTROL.test(value);
}

@ApiSchema({ name: 'UsageEventData' })
export class UsageDataBody extends OmitType(LinesBody, ['meter']) {}

/** A CloudEvent of version 1.0, without the attributes that are not read. */
@ApiSchema({ name: 'UsageEvent', description: 'A CloudEvent. Other attributes are allowed, and ignored.' })
export class UsageEventBody {
  @ApiProperty({ description: 'The version of CloudEvents.', type: String, enum: ['1.0'], example: '1.0' })
  @rule('isSpecVersion', (value) => value === '1.0', 'must be "1.0"')
  specversion!: string;

  @ApiProperty({
    description: 'With `source` it names the event: one of that name is taken once, for ever.',
    maxLength: MAX_ATTRIBUTE_LENGTH,
    example: 'job-42',
  })
  @IsAttribute()
  id!: string;

  @ApiProperty({
    description: 'What has made the event, as a URI reference.',
    maxLength: MAX_ATTRIBUTE_LENGTH,
    example: '/renderer',
  })
  @rule(
    'isSource',
    (value) => isAttribute(value) && !BLANK.test(value),
    `must be a URI reference of 1 to ${MAX_ATTRIBUTE_LENGTH} characters without blanks`,
  )
  source!: string;

  @ApiProperty({
    description:
      'The key of the meter, behind `USAGE_TYPE_PREFIX`. With `lines`, which name meters each, any name of your own.',
    maxLength: MAX_ATTRIBUTE_LENGTH,
    example: 'pages',
  })
  @IsAttribute()
  type!: string;

  @ApiProperty({ description: 'The id of the account.', example: 'ada' })
  @IsAccountId()
  subject!: string;

  @ApiPropertyOptional({
    description: 'When it happened (RFC 3339); left out, when it arrives. Its price is of that time.',
    type: String,
    format: 'date-time',
    example: '2026-11-29T09:30:00Z',
  })
  @MayBeAbsent()
  @rule(
    'isTime',
    (value) => typeof value === 'string' && usageInstantOf(value) !== undefined,
    'must be an RFC 3339 time with a zone, such as 2026-01-31T12:00:00Z',
  )
  time?: string;

  @ApiPropertyOptional({ description: 'JSON, where it is said.', type: String, example: 'application/json' })
  @MayBeAbsent()
  @rule(
    'isJsonType',
    (value) => typeof value === 'string' && JSON_TYPE.test(value),
    'must be left out, or name JSON, such as application/json: data of another type is not read',
  )
  datacontenttype?: string;

  @ApiProperty({ description: 'What was used: one `quantity`, or `lines`.', type: UsageDataBody })
  @IsNested(() => UsageDataBody)
  data!: UsageDataBody;

  @MayBeAbsent()
  @rule('isNoBase64', () => false, 'must be left out: what was used is sent as JSON, in data')
  data_base64?: string;
}

/** The attributes that are read. All others are extensions. */
export const READ_ATTRIBUTES = [
  ...['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'data', 'data_base64'],
] as const;
