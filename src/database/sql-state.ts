/** SQLSTATE codes that decide what happens next. Source: PostgreSQL, appendix A. */
export const SqlState = {
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  lockNotAvailable: '55P03',
} as const;

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

/** Whether running the same transaction again can succeed by itself. */
export function isTransient(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === SqlState.deadlockDetected || state === SqlState.serializationFailure;
}
