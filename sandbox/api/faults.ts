import type { Tx } from '../store/database.js';
import { ApiError, type ErrorBody } from './errors.js';
import { keyInUse } from './idempotency.js';

/**
 * When an error strikes: before the call began to run, which frees its idempotency key again; while it ran, which
 * undoes it; or after it, which leaves its effect and loses its answer. The key keeps the error of a call that began to
 * run, unless it is a 409 or a 429, which Stripe keeps for none.
 */
export const faultMoments = ['before', 'during', 'after'] as const;
type FaultMoment = (typeof faultMoments)[number];

/** What a 409 can mean. */
export const conflictCodes = ['lock_timeout', 'idempotency_key_in_use'] as const;

/** What is to go wrong with a call. */
export interface FaultEffect {
  /** Answered in place of what the call would have answered. */
  status?: number;
  when?: FaultMoment;
  code?: (typeof conflictCodes)[number];
  /** The call takes its effect, then the connection is cut before the answer. */
  cutAfterEffect?: boolean;
  /** The call takes its effect, and the connection is cut in the middle of the answer's body. */
  truncateAnswer?: boolean;
  /** How long the answer is kept back. */
  delayMs?: number;
}

export interface Fault extends FaultEffect {
  method: string;
  path: string;
  /** How many further calls it strikes. */
  times: number;
}

export async function addFault(tx: Tx, { method, path, times, ...effect }: Fault): Promise<void> {
  await tx.query(
    `insert into sandbox.faults (method, path, path_pattern, remaining, effect)
     values ($1, $2, $3, $4, $5)`,
    [method, path, patternOf(path), times, JSON.stringify(effect)],
  );
}

/** Faults that have not struck often enough yet, oldest first. */
export async function listFaults(tx: Tx): Promise<Fault[]> {
  const rows = await tx.query<{ method: string; path: string; remaining: number; effect: FaultEffect }>(
    'select method, path, remaining, effect from sandbox.faults where remaining > 0 order by id',
  );
  return rows.map(({ remaining, effect, ...rest }) => ({ ...rest, times: remaining, ...effect }));
}

/**
 * Uses up one strike of the oldest fault that matches. Calls that come at once take turns: each that should be is
 * struck.
 */
export async function takeFault(tx: Tx, method: string, path: string): Promise<FaultEffect> {
  for (;;) {
    const [fault] = await tx.query<{ id: string }>(
      `select id
       from sandbox.faults
       where remaining > 0 and method in ($1, '*') and $2 ~ path_pattern
       order by id
       limit 1`,
      [method, path],
    );
    if (fault === undefined) return {};
    const [struck] = await tx.query<{ effect: FaultEffect }>(
      'update sandbox.faults set remaining = remaining - 1 where id = $1 and remaining > 0 returning effect',
      [fault.id],
    );
    if (struck !== undefined) return struck.effect;
  }
}

/** `*` stands for any text, slashes too. */
const patternOf = (path: string): string =>
  `^${path
    .split('*')
    .map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'))
    .join('.*')}$`;

const errors: Record<number, ErrorBody> = {
  402: {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'generic_decline',
    message: 'Your card was declined.',
  },
  409: {
    type: 'invalid_request_error',
    code: 'lock_timeout',
    message: 'This object cannot be accessed right now because another API request or Stripe process is accessing it.',
  },
  429: {
    type: 'rate_limit_error',
    code: 'rate_limit',
    message: 'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
  },
};

/** The error that a fault's status stands for. */
export function faultError({ status = 500, code }: FaultEffect): ApiError {
  if (code === 'idempotency_key_in_use') return keyInUse('asked for through the controls of the sandbox');
  const message = 'This error was asked for through the controls of the sandbox.';
  const other: ErrorBody = { type: status >= 500 ? 'api_error' : 'invalid_request_error', message };
  return new ApiError(status, errors[status] ?? other);
}
