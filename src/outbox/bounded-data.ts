/** With what is around it, an event stays below 20 kB. */
const MAX_BYTES = 16_000;
const MAX_TEXT = 500;

/**
 * The data of an event as JSON of at most 16 kB. Of what is larger, lists and notes of the caller (`metadata`) are left
 * empty, the largest first, and then long texts are cut: whoever needs them reads the object itself.
 */
export function boundedData(data: object): string {
  const whole = JSON.stringify(data);
  if (sizeOf(whole) <= MAX_BYTES) return whole;
  const bounded: Record<string, unknown> = { ...data };
  for (const name of emptyable(bounded)) {
    bounded[name] = Array.isArray(bounded[name]) ? [] : {};
    const text = JSON.stringify(bounded);
    if (sizeOf(text) <= MAX_BYTES) return text;
  }
  return JSON.stringify(bounded, (_name, value) => (typeof value === 'string' ? value.slice(0, MAX_TEXT) : value));
}

/** The members that may be empty without breaking their schema, the largest first. */
function emptyable(data: Record<string, unknown>): string[] {
  return Object.keys(data)
    .filter((name) => Array.isArray(data[name]) || name === 'metadata')
    .map((name) => ({ name, size: sizeOf(JSON.stringify(data[name])) }))
    .sort((one, other) => other.size - one.size)
    .map(({ name }) => name);
}

function sizeOf(json: string): number {
  return Buffer.byteLength(json);
}
