const INSTANT = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/**
 * An instant of RFC 3339 in UTC with milliseconds: of any offset, with any number of digits, also within a leap second,
 * which counts as the one behind it. Undefined for any other text.
 */
export function usageInstantOf(text: string): string | undefined {
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
