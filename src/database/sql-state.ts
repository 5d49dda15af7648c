/** SQLSTATE codes that decide what happens next. Source: PostgreSQL, appendix A. */
export const SqlState = {
  serializationFailure: '40001',
  uniqueViolation: '23505',
  deadlockDetected: '40P01',
  lockNotAvailable: '55P03',
} as const;

/** Codes of a server that is not there, and SQLSTATE classes of one that refuses the user, the password or the database. */
const UNREACHABLE = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ETIMEDOUT|28...|3D000|57P03)$/;

/** Whether no connection could be made at all. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isUnreachable);
  return typeof error === 'object' && error !== null && 'code' in error && UNREACHABLE.test(String(error.code));
}

/** The SQLSTATE of an error, also of one that TypeORM has wrapped. */
export function sqlStateOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : sqlStateOf(driverError);
}

/** Whether the statement gave up waiting for a row that somebody else holds. */
export function isLockTimeout(error: unknown): boolean {
  return sqlStateOf(error) === SqlState.lockNotAvailable;
}

/**
 * Whether running the same transaction again can succeed by itself. So it can when two writes of different rooms have
 * used one idempotency key at once: the second run finds the key.
 */
export function isTransient(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state === SqlState.uniqueViolation) return constraintOf(error) === 'pk_idempotency_keys';
  return state === SqlState.deadlockDetected || state === SqlState.serializationFailure;
}

function constraintOf(error: unknown): string | undefined {
  const { driverError, constraint } = error as { driverError?: { constraint?: string }; constraint?: string };
  return constraint ?? driverError?.constraint;
}

/**
 * Awaits statements of one transaction that share a round trip. When one fails, those behind it fail with 25P02 (the
 * transaction is aborted), and may be heard of first: what is thrown is the cause, since it alone says whether to run
 * the transaction again.
 */
export async function together<T extends unknown[]>(statements: [...T]): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const failures = (await Promise.allSettled(statements)).flatMap((one) =>
    one.status === 'rejected' ? [one.reason] : [],
  );
  if (failures.length > 0) throw failures.find((error) => sqlStateOf(error) !== '25P02') ?? failures[0];
  return Promise.all(statements);
}
