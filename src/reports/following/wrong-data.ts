import { sqlStateOf } from '../../database/sql-state.js';
import { InvariantViolation } from '../../kernel/invariant.js';

/** Classes of SQLSTATE: data exceptions, and violations of constraints. */
const WRONG_DATA = /^2[23]/;

/**
 * Whether it is the rows of an account that are wrong, so that the others can be gone on with one by one. Whatever else
 * fails, such as a table that is locked, fails for the next account as well.
 */
export function isOfAnAccount(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== undefined) return WRONG_DATA.test(state);
  return [InvariantViolation, SyntaxError, TypeError, RangeError].some((kind) => error instanceof kind);
}
