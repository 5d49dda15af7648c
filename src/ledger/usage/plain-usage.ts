import { isReservedName } from '../../http/input/json-faults.js';
import { ACCOUNT_ID_PATTERN } from '../../kernel/ids.js';
import { DIMENSION_NAME, MAX_USAGE_DIMENSIONS, METER_KEY_PATTERN } from '../../rating/fields.js';
import { type LinesBody, MAX_LINES } from '../../rating/lines.dto.js';
import { MAX_DIMENSION_VALUE_LENGTH } from '../../rating/pricing/dimensions.js';
import { quantityOf } from '../../rating/pricing/quantity.js';

/** Text that every database and every JSON holds as it is; other text is looked at by the general validation. */
const PRINTABLE = /^[\x20-\x7e]+$/;

/**
 * Whether a value is usage in its simplest form: an account, and one line or a list of them. As with spends of amounts,
 * whatever is not, valid or not, goes the general way; a test holds the two against each other.
 */
export function isPlainUsage(value: unknown): value is LinesBody & { readonly accountId: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { accountId, lines } = value as { accountId?: unknown; lines?: unknown };
  if (typeof accountId !== 'string' || !ACCOUNT_ID_PATTERN.test(accountId)) return false;
  if (lines === undefined) return isPlainLine(value, { beside: 'accountId' });
  for (const name in value) if (name !== 'accountId' && name !== 'lines') return false;
  return arePlainLines(lines);
}

/** The same of a list of lines. */
export function arePlainLines(lines: unknown): lines is NonNullable<LinesBody['lines']> {
  return (
    Array.isArray(lines) && lines.length >= 1 && lines.length <= MAX_LINES && lines.every((line) => isPlainLine(line))
  );
}

/** `beside` may stand next to what a line has; `isOfType` is for one whose meter is told elsewhere. */
export function isPlainLine(
  value: unknown,
  { beside, isOfType = false }: { beside?: string; isOfType?: boolean } = {},
): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (const name in value)
    if (name !== 'meter' && name !== 'quantity' && name !== 'dimensions' && name !== beside) return false;
  const { meter, quantity, dimensions } = value as { meter?: unknown; quantity?: unknown; dimensions?: unknown };
  return (
    (isOfType ? meter === undefined : typeof meter === 'string' && METER_KEY_PATTERN.test(meter)) &&
    quantityOf(quantity) !== undefined &&
    (dimensions === undefined || arePlainDimensions(dimensions))
  );
}

function arePlainDimensions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  if (entries.length > MAX_USAGE_DIMENSIONS) return false;
  return entries.every(
    ([name, text]) =>
      DIMENSION_NAME.test(name) &&
      !isReservedName(name) &&
      typeof text === 'string' &&
      text.length <= MAX_DIMENSION_VALUE_LENGTH &&
      PRINTABLE.test(text),
  );
}
