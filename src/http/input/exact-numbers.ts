/** Digits enough for a number to hold more of them than it carries, or an exponent that makes it too small. */
const MAY_BE_INEXACT = /\d[\d.]{15}|[eE]-\d{3}/;

/** What V8 tells a reviver besides: the text that a value was read from. */
interface ReviverContext {
  readonly source?: string;
}

/**
 * Parses JSON, with NaN in place of a number that has more digits than it carries, such as 0.10000000000000000001: what
 * was sent would be rounded before anybody sees it, and an amount must not be. Throws what `JSON.parse` throws.
 */
export function parseExactly(json: string): unknown {
  // Almost no body needs another look, and most that do have their digits in a text.
  if (!MAY_BE_INEXACT.test(json)) return JSON.parse(json);
  return JSON.parse(json, exactOrNaN as (name: string, value: unknown) => unknown);
}

function exactOrNaN(_name: string, value: unknown, { source = '' }: ReviverContext = {}): unknown {
  if (typeof value !== 'number' || !Number.isFinite(value)) return value;
  return significantOf(source) === significantOf(String(value)) ? value : Number.NaN;
}

/** The digits of a number without the zeros around them, and where its point stands: equal for equal numbers. */
function significantOf(number: string): string {
  const [, sign = '', before = '', behind = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const digits = `${before}${behind}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - behind.length + digits.length - significant.length}`;
}
