const NUL = '\0';
const REPLACEMENT = '\ufffd';

/** What in a text Postgres cannot hold: a NUL character, or half of a surrogate pair, which is no UTF-8. */
export function unstorableIn(text: string): 'NUL' | 'surrogate' | undefined {
  if (text.includes(NUL)) return 'NUL';
  return text.isWellFormed() ? undefined : 'surrogate';
}

/** The text as Postgres can hold it, with a replacement character for whatever it cannot. */
export function storableText(text: string): string {
  return unstorableIn(text) === undefined ? text : text.replaceAll(NUL, REPLACEMENT).toWellFormed();
}

/**
 * A JSON value whose texts and names Postgres can hold, for what others have written: texts of Stripe, of events and of
 * errors. The value itself when nothing had to be replaced. What callers send is refused instead.
 */
export function storable<T>(value: T): T {
  return storableValue(value) as T;
}

function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) {
    const items = value.map(storableValue);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const stored = entries.map(([name, member]) => [storableText(name), storableValue(member)] as const);
  const isSame = stored.every(
    ([name, member], index) => name === entries[index]?.[0] && member === entries[index]?.[1],
  );
  return isSame ? value : Object.fromEntries(stored);
}
