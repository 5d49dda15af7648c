import { type Condition, joined } from '../../database/conditions.js';
import { addSeconds } from '../../kernel/clock.js';
import { firstIdAt } from '../../kernel/ids.js';
import type { Spend } from '../book/model.js';
import { SPEND_COLUMNS, type SpendRow, toSpend } from '../book/rows.js';
import { partsOfSpendId } from '../book/spend-id.js';
import type { SqlRunner } from '../sql-runner.js';
import { lastSeqBy } from '../statements/balance-at.js';
import { spansBefore } from './spans.js';

/** How far the time in an id may be from the instant that was recorded: the clocks of two processes differ. */
const SKEW_SECONDS = 300;

/** Which spends are asked for, newest first. */
export interface SpendsAsked {
  accountId: string | undefined;
  /** Recorded then or later. */
  from: Date | undefined;
  /** Recorded before. */
  to: Date | undefined;
  /** The id of the last one that was shown before. */
  after: string | undefined;
  limit: number;
}

export interface OwnedSpend {
  accountId: string;
  spend: Spend;
}

/**
 * Spends of both forms in the order of their ids, newest first. Those in rows of their own are found by the table of
 * them. The others are found by their account and number, or by time: there is no index of ids, and none of times that
 * has an order, so spans of time are looked at one after the other, newest first, until there are enough.
 */
export async function newestSpends(db: SqlRunner, asked: SpendsAsked, now: Date): Promise<OwnedSpend[]> {
  const ofRows = asked.accountId === undefined ? await inSpans(db, asked, now) : await ofAccount(db, asked);
  const rows = [...ofRows, ...(await inRowsOfTheirOwn(db, asked))];
  return rows
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, asked.limit)
    .map((row) => ({ accountId: row.account_id, spend: toSpend(row) }));
}

function inRowsOfTheirOwn(db: SqlRunner, { accountId, from, to, after, limit }: SpendsAsked): Promise<SpendRow[]> {
  const idAt = (instant: Date | undefined, skewSeconds: number) =>
    instant === undefined ? undefined : firstIdAt('spd', addSeconds(instant, skewSeconds));
  const { sql, values } = joined([
    ['account_id = $$', accountId],
    ['recorded_at >= $$', from],
    ['recorded_at < $$', to],
    ['id >= $$', idAt(from, -SKEW_SECONDS)],
    ['id < $$', idAt(to, SKEW_SECONDS)],
    ['id < $$', after],
  ]);
  return db.query(`select ${SPEND_COLUMNS} from spends_v1 where ${sql} order by id desc limit ${limit}`, values);
}

async function ofAccount(db: SqlRunner, asked: SpendsAsked): Promise<SpendRow[]> {
  const { accountId = '', to, after } = asked;
  const upTo = [to, instantOf(after)].filter((instant) => instant !== undefined).sort((a, b) => Number(a) - Number(b));
  const [first] = upTo;
  const { sql, values } = joined([
    ['account_id = $$', accountId],
    ['seq <= $$', first === undefined ? undefined : await lastSeqBy(db, accountId, first)],
    ...conditionsOf(asked),
  ]);
  return queryRows(db, sql, values, { order: OF_ACCOUNT, limit: asked.limit });
}

async function inSpans(db: SqlRunner, asked: SpendsAsked, now: Date): Promise<SpendRow[]> {
  const { limit } = asked;
  const found: SpendRow[] = [];
  const first = asked.to ?? instantOf(asked.after) ?? addSeconds(now, SKEW_SECONDS);
  for (const { after, upTo } of spansBefore(first, asked)) {
    const { sql, values } = joined([['recorded_at <= $$', upTo], ['recorded_at > $$', after], ...conditionsOf(asked)]);
    found.push(...(await queryRows(db, sql, values, { order: OF_ALL, limit: limit - found.length })));
    if (found.length >= limit) break;
  }
  return found;
}

function conditionsOf({ from, to, after }: SpendsAsked): Condition[] {
  const parts = after === undefined ? undefined : partsOfSpendId(after);
  const last = parts && [new Date(parts.recordedMs).toISOString(), `${parts.seq}`, `${parts.salt}`];
  const bound = ['timestamptz', 'bigint', 'bigint'].map((type, index) => `(($$::text[])[${index + 1}])::${type}`);
  return [
    ['recorded_at >= $$', from],
    ['recorded_at < $$', to],
    // In the order of the ids that are made of them.
    [`(recorded_at, seq, salt::bigint) < (${bound.join(', ')})`, last],
  ];
}

/** That of the ids. */
const OF_ALL = 'recorded_at desc, seq desc, salt desc';
/** On one account it is that of the numbers, of which there is an index. */
const OF_ACCOUNT = 'seq desc';

function queryRows(
  db: SqlRunner,
  sql: string,
  values: unknown[],
  { order, limit }: { order: string; limit: number },
): Promise<SpendRow[]> {
  return db.query(`select ${SPEND_COLUMNS} from spends_of_rows where ${sql} order by ${order} limit ${limit}`, values);
}

function instantOf(id: string | undefined): Date | undefined {
  const parts = id === undefined ? undefined : partsOfSpendId(id);
  return parts && new Date(parts.recordedMs);
}
