import { createHash } from 'node:crypto';
import type { Raw, RawParams } from '../http/form.js';
import type { Work } from '../store/work.js';
import { type Answer, errorAnswer } from './answer.js';
import { ApiError } from './errors.js';

const keyLifeSeconds = 24 * 60 * 60;
const maxKeyLength = 255;

export interface IdempotentCall {
  key: string;
  endpoint: string;
  fingerprint: string;
}

export function checkKeyLength(key: string): void {
  if (key.length <= maxKeyLength) return;
  throw new ApiError(400, {
    type: 'invalid_request_error',
    message: `Idempotency keys can have up to ${maxKeyLength} characters.`,
  });
}

export const keyInUse = (key: string): ApiError =>
  new ApiError(409, {
    type: 'idempotency_error',
    message:
      `There is currently another in-progress request using this Stripe Idempotent Key (that probably means you ` +
      `submitted twice, and the other request is still going through): ${key}. Please try again later.`,
    code: 'idempotency_key_in_use',
  });

/** The same for the same parameters, in whatever order they came. */
export const fingerprintOf = (params: RawParams): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(params)))
    .digest('hex');

const sorted = (raw: Raw): unknown =>
  typeof raw === 'string'
    ? raw
    : Object.entries(raw)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => [name, sorted(value)]);

/**
 * Runs a call once per key. The key, the effect and the answer are one transaction: a replay gets the answer of the
 * first run, errors and all, unless it never began to run.
 */
export async function runOnce(work: Work, call: IdempotentCall, run: () => Promise<Answer>): Promise<Answer> {
  const { tx } = work;
  await tx.query('delete from sandbox.idempotency_keys where key = $1 and created < $2', [
    call.key,
    work.now - keyLifeSeconds,
  ]);
  const claimed = await tx.query(
    `insert into sandbox.idempotency_keys (key, endpoint, fingerprint, created)
     values ($1, $2, $3, $4)
     on conflict (key) do nothing
     returning key`,
    [call.key, call.endpoint, call.fingerprint, work.now],
  );
  if (claimed.length === 0) return replay(work, call);
  const answer = await runInside(work, run);
  await tx.query('update sandbox.idempotency_keys set status = $2, body = $3 where key = $1', [
    call.key,
    answer.status,
    answer.body,
  ]);
  return answer;
}

async function runInside(work: Work, run: () => Promise<Answer>): Promise<Answer> {
  await work.tx.query('savepoint effect');
  try {
    return await run();
  } catch (error) {
    if (!isKept(error)) throw error;
    await work.tx.query('rollback to savepoint effect');
    return errorAnswer(error);
  }
}

/** Validation failures, conflicts and rate limits free the key again. */
export function isKept(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true;
  const neverBegan = [409, 429].includes(error.status) || /^(parameter_|sandbox_)/.test(error.body.code ?? '');
  return !neverBegan;
}

async function replay(work: Work, call: IdempotentCall): Promise<Answer> {
  const [kept] = await work.tx.query<{ endpoint: string; fingerprint: string; status: number; body: string }>(
    'select endpoint, fingerprint, status, body from sandbox.idempotency_keys where key = $1',
    [call.key],
  );
  if (kept === undefined) throw keyInUse(call.key);
  if (kept.endpoint !== call.endpoint)
    throw keyReused(`endpoint`, call.key, `('${kept.endpoint}' vs '${call.endpoint}')`);
  if (kept.fingerprint !== call.fingerprint) throw keyReused('parameters', call.key);
  return { status: kept.status, body: kept.body, headers: { 'idempotent-replayed': 'true' } };
}

const keyReused = (what: string, key: string, detail = ''): ApiError =>
  new ApiError(400, {
    type: 'idempotency_error',
    message:
      `Keys for idempotent requests can only be used with the same ${what} they were first used with` +
      `${detail && ` ${detail}`}. ` +
      `Try using a key other than '${key}' if you meant to execute a different request.`,
  });
