import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsOptional, isEmail, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { MAX_REQUEST_CREDITS } from '../../kernel/credits.js';
import { isCharged } from '../../kernel/currency.js';
import { ACCOUNT_ID_PATTERN } from '../../kernel/ids.js';
import { noteNested } from './own-limits.js';

/** The largest sum of money in one price or refund: Stripe takes at most twelve digits of minor units. */
export const MAX_AMOUNT_MINOR = 999_999_999_999;

const MAX_METADATA_KEYS = 50;
const MAX_METADATA_KEY_LENGTH = 40;
const MAX_METADATA_VALUE_LENGTH = 500;

/** A rule for one field, with the sentence that says what is allowed there. */
function rule(name: string, allows: (value: unknown) => boolean, sentence: string): PropertyDecorator {
  return ValidateBy({ name, validator: { validate: allows, defaultMessage: () => sentence } });
}

/** The field may be left out. Unlike `IsOptional` of class-validator, null is a value, and is judged. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

/** The field may be left out or be null. */
export function MayBeAbsentOrNull(): PropertyDecorator {
  return IsOptional();
}

function isIntegerWithin(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

/** A JSON integer from `min` to `max`. */
export function IsInteger({ min, max }: { min: number; max: number }): PropertyDecorator {
  return rule('isInteger', (value) => isIntegerWithin(value, min, max), `must be a whole number from ${min} to ${max}`);
}

/** A list whose items are JSON integers from `min` to `max`. */
export function IsEachInteger({ min, max }: { min: number; max: number }): PropertyDecorator {
  return rule(
    'isEachInteger',
    (value) => Array.isArray(value) && value.every((item) => isIntegerWithin(item, min, max)),
    `must hold whole numbers from ${min} to ${max}`,
  );
}

/** Credits of one request: a JSON integer from 1 to MAX_REQUEST_CREDITS. */
export function IsCreditAmount(): PropertyDecorator {
  return IsInteger({ min: 1, max: MAX_REQUEST_CREDITS });
}

/** Credits of an adjustment: either sign, and not zero. */
export function IsSignedCreditAmount(): PropertyDecorator {
  return rule(
    'isSignedCreditAmount',
    (value) => isIntegerWithin(value, -MAX_REQUEST_CREDITS, MAX_REQUEST_CREDITS) && value !== 0,
    `must be a whole number from -${MAX_REQUEST_CREDITS} to ${MAX_REQUEST_CREDITS} other than 0`,
  );
}

/** Money in the minor unit of its currency, such as cents. */
export function IsMinorAmount({
  min = 0,
  max = MAX_AMOUNT_MINOR,
}: {
  min?: number;
  max?: number;
} = {}): PropertyDecorator {
  return rule(
    'isMinorAmount',
    (value) => isIntegerWithin(value, min, max),
    `must be a whole number of minor units (cents) from ${min} to ${max}`,
  );
}

/**
 * One object of a class, or a list of them with `each`, judged by the rules of that class. `ValidateNested` alone lets
 * an array stand where an object is due, and an array stand for an item, since an array without items breaks no rule.
 */
export function IsNested(dto: () => new () => object, { each = false } = {}): PropertyDecorator {
  const isNested = each ? (value: unknown) => Array.isArray(value) && value.every(isPlainObject) : isPlainObject;
  return (target, name) => {
    Type(dto)(target, name as string);
    noteNested(target, name, dto);
    ValidateNested({ each })(target, name);
    rule('isNested', isNested, each ? 'must be a list of objects' : 'must be an object')(target, name);
  };
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A currency of ISO 4217 as Stripe writes it: three lower-case letters. */
export function IsCurrency(): PropertyDecorator {
  return rule(
    'isCurrency',
    (value) => typeof value === 'string' && /^[a-z]{3}$/.test(value),
    'must be a currency in three lower-case letters, such as usd',
  );
}

/** A currency that a price may be in. What money was in once may be any. */
export function IsChargedCurrency(): PropertyDecorator {
  return rule(
    'isChargedCurrency',
    (value) => typeof value === 'string' && isCharged(value),
    'must be a currency that Stripe charges, in three lower-case letters, such as usd',
  );
}

export const ACCOUNT_ID_SENTENCE = 'must be 1 to 128 characters of A-Z a-z 0-9 _ - . : @ | +';

/** The id of an account, which is the caller's own. */
export function IsAccountId(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, pattern: ACCOUNT_ID_PATTERN.source }),
    rule('isAccountId', (value) => typeof value === 'string' && ACCOUNT_ID_PATTERN.test(value), ACCOUNT_ID_SENTENCE),
  );
}

/** Text of `min` to `max` characters that is more than blanks. */
export function IsText({ min = 1, max }: { min?: number; max: number }): PropertyDecorator {
  return rule(
    'isText',
    (value) =>
      typeof value === 'string' && value.length >= min && value.length <= max && (min === 0 || value.trim() !== ''),
    `must be text of ${min} to ${max} characters`,
  );
}

export const EMAIL_SENTENCE = 'must be an e-mail address of at most 254 characters';

export function isEmailAddress(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 254 && isEmail(value);
}

/** An e-mail address. */
export function IsEmailAddress(): PropertyDecorator {
  return rule('isEmailAddress', isEmailAddress, EMAIL_SENTENCE);
}

/** Notes of the caller: a flat object of texts, within Stripe's limits so that it can be passed on. */
export function IsMetadata(): PropertyDecorator {
  return rule(
    'isMetadata',
    isMetadata,
    `must be a flat object of texts, with at most ${MAX_METADATA_KEYS} keys of 1 to ${MAX_METADATA_KEY_LENGTH} ` +
      `characters and values of at most ${MAX_METADATA_VALUE_LENGTH} characters`,
  );
}

function isMetadata(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= MAX_METADATA_KEYS &&
    entries.every(
      ([key, text]) =>
        key.length >= 1 &&
        key.length <= MAX_METADATA_KEY_LENGTH &&
        typeof text === 'string' &&
        text.length <= MAX_METADATA_VALUE_LENGTH,
    )
  );
}

const INSTANT_SENTENCE = 'must be an RFC 3339 time of the years 1970 to 9999 with a zone, such as 2026-01-31T12:00:00Z';

/** A moment with its zone (RFC 3339), such as 2026-01-31T12:00:00Z. The text stays text; `new Date()` reads it. */
export function IsInstant(): PropertyDecorator {
  return rule('isInstant', isInstant, INSTANT_SENTENCE);
}

/** An instant that may be left out. */
export function OptionalInstant(example: string, description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: String, format: 'date-time', example, description }),
    MayBeAbsent(),
    IsInstant(),
  );
}

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

export function isInstant(value: unknown): boolean {
  const parts = typeof value === 'string' ? INSTANT.exec(value) : null;
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  // In UTC as well: an offset can carry the last day of 9999 into a year that RFC 3339 does not know.
  return year >= 1970 && isDay && new Date(value as string).getUTCFullYear() <= 9999;
}
