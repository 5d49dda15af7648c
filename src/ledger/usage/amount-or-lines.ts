import { ValidationFailed } from '../../http/problems/http.problems.js';
import { type LinesBody, usageLinesOf } from '../../rating/lines.dto.js';
import { toUsedLine, type UsedLine } from './spend-requests.js';

/**
 * The lines that a body asks for in place of an amount; undefined with an amount. @throws ValidationFailed for both at
 * once, for neither, and for usage of which something is left out
 */
export function linesWithout(amount: number | undefined, usage: LinesBody): UsedLine[] | undefined {
  const named = Object.entries(usage).flatMap(([field, value]) => (value === undefined ? [] : [field]));
  if (amount === undefined) {
    if (named.length === 0) throw ValidationFailed.at('/amount', 'is required without a meter or lines');
    return usageLinesOf(usage).map(toUsedLine);
  }
  if (named.length === 0) return undefined;
  throw new ValidationFailed({
    errors: named.map((field) => ({ pointer: `/${field}`, detail: 'must be left out with an amount' })),
  });
}
