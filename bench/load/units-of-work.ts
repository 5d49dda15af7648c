import type { Answer, Connection } from './connection.js';
import { accountIds, type Workload } from './job.js';
import { freshKey, type Requests } from './requests.js';
import type { Tally } from './tally.js';

/** Does one unit of work on a connection, in one or more requests. Returns how many units were acknowledged. */
export type UnitOfWork = (connection: Connection) => Promise<number>;

/** Turns a workload into code that sends its requests and tallies what comes back. */
export function unitOfWork(workload: Workload, requests: Requests, tally: Tally): UnitOfWork {
  if (workload.kind === 'get') return pages(workload.paths, requests, tally);
  const ids = accountIds(workload.accounts);
  if (workload.kind === 'spend') return spends(ids, requests, tally, bodyFor);
  if (workload.kind === 'usage') return spends(ids, requests, tally, usageFor);
  if (workload.kind === 'batch') return batches(ids, workload.items, requests, tally);
  if (workload.kind === 'events') return events(ids, workload.items, requests, tally);
  if (workload.kind === 'hold-and-capture') return holdsAndCaptures(ids, requests, tally, bodyFor, '{"amount":1}');
  return holdsAndCaptures(ids, requests, tally, usageFor, '{"quantity":1}');
}

export function pick<T>(from: readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T;
}

function spends(
  ids: readonly string[],
  requests: Requests,
  tally: Tally,
  bodyOf: (accountId: string) => string,
): UnitOfWork {
  return async (connection) => {
    const accountId = pick(ids);
    const answer = await connection.ask(requests.post('/v1/spends', bodyOf(accountId), freshKey()));
    if (!accepted(answer, 'spend', tally)) return 0;
    tally.spent(accountId);
    return 1;
  };
}

function batches(ids: readonly string[], size: number, requests: Requests, tally: Tally): UnitOfWork {
  return async (connection) => {
    const items = Array.from({ length: size }, () => ({ idempotencyKey: freshKey(), accountId: pick(ids), amount: 1 }));
    const answer = await connection.ask(requests.post('/v1/spends/batch', JSON.stringify({ items })));
    return acceptedOf(
      items.map(({ accountId }) => accountId),
      answer,
      tally,
    );
  };
}

function events(ids: readonly string[], size: number, requests: Requests, tally: Tally): UnitOfWork {
  return async (connection) => {
    const accountIds = Array.from({ length: size }, () => pick(ids));
    const time = new Date().toISOString();
    const body = `[${accountIds.map((accountId) => eventFor(accountId, time)).join(',')}]`;
    const request = requests.postAs('application/cloudevents-batch+json', '/v1/usage', body);
    return acceptedOf(accountIds, await connection.ask(request), tally);
  };
}

/** How many items of a batch were accepted. */
function acceptedOf(accountIds: readonly string[], answer: Answer, tally: Tally): number {
  if (!accepted(answer, 'batch', tally)) return 0;
  const { results } = JSON.parse(answer.body.toString('latin1')) as { results: { status: string }[] };
  let done = 0;
  for (const [index, accountId] of accountIds.entries()) {
    const status = results[index]?.status ?? 'missing';
    if (status === 'accepted') {
      tally.spent(accountId);
      done += 1;
    } else tally.failed(`batch item: ${status}`);
  }
  return done;
}

function holdsAndCaptures(
  ids: readonly string[],
  requests: Requests,
  tally: Tally,
  bodyOf: (accountId: string) => string,
  capture: string,
): UnitOfWork {
  return async (connection) => {
    const accountId = pick(ids);
    const held = await connection.ask(requests.post('/v1/holds', bodyOf(accountId), freshKey()));
    if (!accepted(held, 'hold', tally)) return 0;
    const { id } = JSON.parse(held.body.toString('latin1')) as { id: string };
    const path = `/v1/accounts/${accountId}/holds/${id}/captures`;
    const captured = await connection.ask(requests.post(path, capture, freshKey()));
    if (!accepted(captured, 'capture', tally)) return 0;
    tally.spent(accountId);
    return 1;
  };
}

function pages(paths: readonly string[], requests: Requests, tally: Tally): UnitOfWork {
  const written = paths.map((path) => requests.get(path));
  return async (connection) => (accepted(await connection.ask(pick(written)), 'get', tally) ? 1 : 0);
}

function bodyFor(accountId: string): string {
  return `{"accountId":"${accountId}","amount":1}`;
}

/** A page is a credit by the rate card of a fresh start. */
function usageFor(accountId: string): string {
  return `{"accountId":"${accountId}","meter":"pages","quantity":1}`;
}

function eventFor(accountId: string, time: string): string {
  return (
    `{"specversion":"1.0","id":"${freshKey()}","source":"/bench","type":"pages","subject":"${accountId}",` +
    `"time":"${time}","data":{"quantity":1}}`
  );
}

function accepted({ status, body }: Answer, what: string, tally: Tally): boolean {
  if (status >= 200 && status < 300) return true;
  tally.failed(`${what}: ${status} ${body.toString('latin1', 0, 160)}`);
  return false;
}
