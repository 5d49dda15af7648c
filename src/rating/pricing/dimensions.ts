/** What tells usage of one meter apart, such as `{ model: 'large', kind: 'input' }`. */
export type Dimensions = Readonly<Record<string, string>>;

/** One for all: most usage has none. */
const NO_DIMENSIONS: Dimensions = Object.freeze({});

/** The same with its names in the order of their characters, so that equal ones are written alike. */
export function sorted(dimensions: Dimensions): Dimensions {
  const names = Object.keys(dimensions).sort();
  if (names.length === 0) return NO_DIMENSIONS;
  return Object.fromEntries(names.map((name) => [name, dimensions[name] ?? '']));
}

/** Whether usage with these dimensions has all that a match asks for. */
export function matches(match: Dimensions, usage: Dimensions): boolean {
  return Object.keys(match).every((name) => match[name] === usage[name]);
}

/** How many dimensions it names. */
export function sizeOf(match: Dimensions): number {
  return Object.keys(match).length;
}

/** What an account's counters and remainders are kept under: the meter, and the match of the price. */
export function counterKeyOf(meter: string, match: Dimensions): string {
  return `${meter} ${JSON.stringify(sorted(match))}`;
}

/** More than any name of a model has. */
export const MAX_DIMENSION_VALUE_LENGTH = 200;

export function isDimensionValue(text: unknown): boolean {
  return typeof text === 'string' && text !== '' && text.length <= MAX_DIMENSION_VALUE_LENGTH;
}
