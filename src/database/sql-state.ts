import { RunAgain } from './run-again.js';

/** SQLSTATE codes that decide what happens next. Source: PostgreSQL, appendix A. */
export const SqlState = {
  serializationFailure: '40001',
  uniqueViolation: '23505',
  deadlockDetected: '40P01',
  lockNotAvailable: '55P03',
  queryCanceled: '57014',
  readOnlyTransaction: '25006',
  insufficientPrivilege: '42501',
} as const;

/** Codes of a server that is not there. */
const NOT_THERE = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOENT)$/;
/** SQLSTATE classes and codes of a server that lets nobody in. */
const LETS_NOBODY_IN = /^(08...|28...|3D000|53300|57P0.)$/;
/** What the driver says, without a code, when the other end takes too long. */
const TOO_SLOW = /^timeout expired$/;

/** Whether no connection could be made at all. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isUnreachable);
  if (error instanceof Error && TOO_SLOW.test(error.message)) return true;
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return NOT_THERE.test(String(error.code)) || LETS_NOBODY_IN.test(String(error.code));
}

/**
 * SQLSTATE classes that say nothing about the statement: the server is gone or going, lets nobody in, has no room,
 * cannot read its disk, or takes no writes.
 */
const UNAVAILABLE = /^(08...|25006|25P03|25P04|28...|3D000|53...|57P0.|58...)$/;

/** Whether the server itself could not do what it was asked: it may later, the statement being what it is. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && UNAVAILABLE.test(state);
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

/** Where a key of a request stands but once; a shard's name has its number behind it. */
const KEYS = /^(?:pk_idempotency_keys|uq_entry_rows_key|uq_holds_key)(?:_\d+)?$/;

/**
 * Whether running the same transaction again can succeed by itself. So it can when two writes of different rooms have
 * used one idempotency key at once: the second run finds the key; and when the work asks for it.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof RunAgain) return true;
  const state = sqlStateOf(error);
  if (state === SqlState.uniqueViolation) return KEYS.test(constraintOf(error) ?? '');
  return state === SqlState.deadlockDetected || state === SqlState.serializationFailure;
}

/** What Citus passes on of an error of a shard has no field for the constraint, but a message that names it. */
function constraintOf(error: unknown): string | undefined {
  const { driverError, constraint, message } = error as {
    driverError?: { constraint?: string };
    constraint?: string;
    message?: string;
  };
  return constraint ?? driverError?.constraint ?? /unique constraint "(\w+)"/.exec(message ?? '')?.[1];
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
