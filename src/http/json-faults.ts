import type { FieldError } from './http.problems.js';

/** Deeper than any body of ours; a bound, so that walking a value cannot exhaust the stack. */
const MAX_DEPTH = 16;

/**
 * What Postgres cannot hold or JavaScript would misread, anywhere in a value from outside: a NUL character or a lone
 * surrogate in a text or a name, a number beyond what JSON numbers can carry, a name that every object has already
 * (`__proto__`, `constructor`, `toString`, …), and nesting without end. Answers one error per place.
 */
export function faultsOf(value: unknown, pointer = '', depth = 0): FieldError[] {
  if (typeof value === 'string') return textFaultsOf(value, pointer);
  if (typeof value === 'number')
    return Number.isFinite(value) ? [] : [{ pointer, detail: 'is too large for a number' }];
  if (typeof value !== 'object' || value === null) return [];
  if (depth >= MAX_DEPTH) return [{ pointer, detail: `is nested more than ${MAX_DEPTH} levels deep` }];
  if (Array.isArray(value)) return value.flatMap((item, index) => faultsOf(item, `${pointer}/${index}`, depth + 1));
  const faults: FieldError[] = [];
  for (const name of Object.keys(value)) {
    const place = `${pointer}/${escapePointer(name)}`;
    if (name in Object.prototype) faults.push({ pointer: place, detail: 'has a name that is reserved' });
    else
      faults.push(
        ...textFaultsOf(name, place),
        ...faultsOf((value as Record<string, unknown>)[name], place, depth + 1),
      );
  }
  return faults;
}

function textFaultsOf(text: string, pointer: string): FieldError[] {
  if (text.includes('\0'))
    return [{ pointer: pointer.replaceAll('\0', '\\0'), detail: 'must not hold a NUL character' }];
  if (!text.isWellFormed())
    return [{ pointer: pointer.toWellFormed(), detail: 'must not hold half of a surrogate pair' }];
  return [];
}

/** A name as one step of a JSON pointer (RFC 6901, section 3). */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
