import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';

const UNREACHABLE_ERRNO = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'ENOENT',
]);
/** How sentences of the driver `pg` begin, which gives these errors no code. */
const UNREACHABLE_MESSAGES = [
  'Connection terminated',
  'timeout expired',
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
  'Client was closed',
  'Cannot use a pool after calling end',
  'Driver not Connected',
];

/**
 * Whether the connection failed: the error itself, the one TypeORM wrapped, or any address that was tried. A
 * connection that broke between two statements of a transaction is to TypeORM a query runner released too early.
 */
export function isConnectionFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof QueryRunnerAlreadyReleasedError) return true;
  if (error instanceof QueryRunnerProviderAlreadyReleasedError) return true;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isConnectionFault);
  if ('driverError' in error && error.driverError !== error && isConnectionFault(error.driverError)) return true;
  return UNREACHABLE_ERRNO.has(codeOf(error)) || UNREACHABLE_MESSAGES.some((begin) => error.message.startsWith(begin));
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
