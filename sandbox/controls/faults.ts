import { ApiError, type ErrorBody } from '../api/errors.js';
import type { Tx } from '../store/database.js';

/** What is to go wrong with a call. */
export interface FaultEffect {
  /** Answered instead of running the call. */
  status?: number;
  /** The call takes its effect, then the connection is cut before the answer. */
  cutAfterEffect?: boolean;
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

/** Uses up one strike of the oldest fault that matches. */
export async function takeFault(tx: Tx, method: string, path: string): Promise<FaultEffect> {
  const [struck] = await tx.query<{ effect: FaultEffect }>(
    `update sandbox.faults
     set remaining = remaining - 1
     where id = (
       select id
       from sandbox.faults
       where remaining > 0 and method in ($1, '*') and $2 ~ path_pattern
       order by id
       limit 1
       for update skip locked
     )
     returning effect`,
    [method, path],
  );
  return struck?.effect ?? {};
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
    type: 'invalid_request_error',
    code: 'rate_limit',
    message: 'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
  },
};

/** The error that a fault's status stands for. */
export function faultError(status: number): ApiError {
  const message = 'This error was asked for through the controls of the sandbox.';
  const other: ErrorBody = { type: status >= 500 ? 'api_error' : 'invalid_request_error', message };
  return new ApiError(status, errors[status] ?? other);
}
