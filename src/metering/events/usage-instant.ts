const INSTANT = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** Of the form that is returned: `2026-01-31T12:00:00.000Z`. */
const PLAIN_LENGTH = 24;

let lastText = '';
let lastInstant: string | undefined;

/**
 * An instant of RFC 3339 in UTC with milliseconds: of any offset, with any number of digits, also within a leap second,
 * which counts as the one behind it. Undefined for any other text.
 */
export function usageInstantOf(text: string): string | undefined {
  // It is asked for where an event is validated, and again where it is read.
  if (text !== lastText) {
    lastInstant = isPlain(text) ? text : instantOf(text);
    lastText = text;
  }
  return lastInstant;
}

/** Whether it is written as it is returned. */
function isPlain(text: string): boolean {
  if (text.length !== PLAIN_LENGTH) return false;
  const instant = new Date(text);
  return !Number.isNaN(instant.getTime()) && instant.toISOString() === text;
}

function instantOf(text: string): string | undefined {
  const parts = INSTANT.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  const offset = (parts[8] === '-' ? -1 : 1) * (Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0));
  const isTime =
    hour <= 23 && minute <= 59 && second <= 60 && Number(parts[9] ?? 0) <= 23 && Number(parts[10] ?? 0) <= 59;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isTime || !isDay) return undefined;
  date.setUTCHours(hour, minute - offset, second, Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3)));
  // RFC 3339 knows years of four digits alone, and so does whoever reads what is kept.
  return date.getUTCFullYear() >= 0 && date.getUTCFullYear() <= 9999 ? date.toISOString() : undefined;
}
