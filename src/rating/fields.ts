import { ValidateBy } from 'class-validator';
import { type Dimensions, isDimensionValue, MAX_DIMENSION_VALUE_LENGTH } from './pricing/dimensions.js';
import { QUANTITY_PATTERN, quantityOf } from './pricing/quantity.js';

export const METER_KEY_PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;
export const METER_KEY_SENTENCE = 'must be 1 to 64 characters of a-z 0-9 . _ -, beginning with a letter or digit';

export const DIMENSION_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
/** How many dimensions a match may name. */
const MAX_MATCH_DIMENSIONS = 8;
/** How large a match may be as JSON, in bytes: usage is counted by it, and an index holds keys of up to 2,704. */
const MAX_MATCH_BYTES = 2_000;
/** How many dimensions one line of usage may have. */
export const MAX_USAGE_DIMENSIONS = 20;

function rule(name: string, allows: (value: unknown) => boolean, sentence: string): PropertyDecorator {
  return ValidateBy({ name, validator: { validate: allows, defaultMessage: () => sentence } });
}

/** The key of a meter, which is the owner's own. */
export function IsMeterKey(): PropertyDecorator {
  return rule('isMeterKey', (value) => typeof value === 'string' && METER_KEY_PATTERN.test(value), METER_KEY_SENTENCE);
}

/** See `quantityOf`. */
export function IsQuantity(): PropertyDecorator {
  return rule(
    'isQuantity',
    (value) => quantityOf(value) !== undefined,
    'must be a quantity of 0 or more as decimal text or a number, with at most 12 digits before the point and 9 ' +
      'behind it, and without an exponent',
  );
}

/** Dimensions of a line of usage: texts by their names. */
export function IsDimensions(): PropertyDecorator {
  return rule(
    'isDimensions',
    (value) => isDimensions(value, MAX_USAGE_DIMENSIONS),
    dimensionsSentence(MAX_USAGE_DIMENSIONS),
  );
}

/** The dimensions that a price, or what a plan includes, is for. */
export function IsMatch(): PropertyDecorator {
  return rule(
    'isMatch',
    (value) => isDimensions(value, MAX_MATCH_DIMENSIONS) && Buffer.byteLength(JSON.stringify(value)) <= MAX_MATCH_BYTES,
    `${dimensionsSentence(MAX_MATCH_DIMENSIONS)}, of at most ${MAX_MATCH_BYTES} bytes as JSON`,
  );
}

function dimensionsSentence(max: number): string {
  return (
    `must be an object of texts, with at most ${max} names of 1 to 64 characters of A-Z a-z 0-9 _ . - that begin ` +
    `with a letter, and values of 1 to ${MAX_DIMENSION_VALUE_LENGTH} characters`
  );
}

function isDimensions(value: unknown, max: number): value is Dimensions {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= max && entries.every(([name, text]) => DIMENSION_NAME.test(name) && isDimensionValue(text));
}

/** A quantity as it is sent: the same text and number in every schema. */
export const QUANTITY_SCHEMA = {
  anyOf: [
    { type: 'string', pattern: QUANTITY_PATTERN.source },
    { type: 'number', minimum: 0 },
  ],
};

export const DIMENSIONS_SCHEMA = { type: 'object', additionalProperties: { type: 'string' } } as const;
