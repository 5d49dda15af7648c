import { decodeTime } from 'ulid';
import { type Condition, joined } from '../../database/conditions.js';
import { addSeconds } from '../../kernel/clock.js';
import { firstIdAt } from '../../kernel/ids.js';
import type { HoldStatus } from '../book/model.js';
import { HOLD_COLUMNS, type HoldRow } from '../book/rows.js';
import type { SqlRunner } from '../sql-runner.js';
import { type Span, spansBefore } from './spans.js';

/** The time in an id is never before the instant of its making, and ahead of it by less than this: see `newId`. */
const ID_AHEAD_SECONDS = 2;

/** Which holds are asked for, newest first. */
export interface HoldsAsked {
  accountId: string | undefined;
  /** As they are now: one that has passed its deadline has expired, whatever is written of it. */
  status: HoldStatus | undefined;
  /** Placed then or later. */
  from: Date | undefined;
  /** Placed before. */
  to: Date | undefined;
  /** The id of the last one that was shown before. */
  after: string | undefined;
  limit: number;
}

/**
 * Holds in the order of their ids, newest first. Those of an account, and those that were released or have expired, are
 * found by an index of ids; the others over all accounts by time, since a hold that is placed and captured should have
 * no index to itself that only lists read.
 */
export async function newestHolds(db: SqlRunner, asked: HoldsAsked, now: Date): Promise<HoldRow[]> {
  const found: HoldRow[] = [];
  for (const { conditions, isIndexed } of kindsOf(asked.status, now)) {
    const hasOrder = isIndexed || asked.accountId !== undefined;
    found.push(...(await (hasOrder ? query(db, asked, conditions, asked.limit) : inSpans(db, asked, conditions, now))));
  }
  return found.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, asked.limit);
}

interface Kind {
  readonly conditions: readonly Condition[];
  /** Whether they are few, or listed by an index of their own. */
  readonly isIndexed: boolean;
}

function kindsOf(status: HoldStatus | undefined, now: Date): Kind[] {
  switch (status) {
    case undefined:
      return [{ conditions: [], isIndexed: false }];
    case 'active':
      return [{ conditions: [["status = 'active' and expires_at > $$", now]], isIndexed: false }];
    case 'captured':
      return [{ conditions: [['status = $$', status]], isIndexed: false }];
    case 'released':
      return [{ conditions: [['status = $$', status]], isIndexed: true }];
    case 'expired':
      return [
        { conditions: [['status = $$', status]], isIndexed: true },
        // What has not been swept yet.
        { conditions: [["status = 'active' and expires_at <= $$", now]], isIndexed: true },
      ];
  }
}

async function inSpans(
  db: SqlRunner,
  asked: HoldsAsked,
  conditions: readonly Condition[],
  now: Date,
): Promise<HoldRow[]> {
  const { from, to, after, limit } = asked;
  const found: HoldRow[] = [];
  const last = after === undefined ? undefined : new Date(decodeTime(after.slice('hld_'.length).toUpperCase()));
  for (const span of spansBefore(last ?? addSeconds(to ?? now, ID_AHEAD_SECONDS), { from })) {
    found.push(...(await query(db, asked, [...conditions, ...within(span)], limit - found.length)));
    if (found.length >= limit) break;
  }
  return found;
}

/** Ids whose time is in the span, and for the index of times when they can have been made. */
function within({ after, upTo }: Span): Condition[] {
  const behind = (instant: Date) => firstIdAt('hld', new Date(instant.getTime() + 1));
  return [
    ['created_at <= $$', upTo],
    ['id < $$', behind(upTo)],
    ['created_at > $$', after && addSeconds(after, -ID_AHEAD_SECONDS)],
    ['id >= $$', after && behind(after)],
  ];
}

function query(
  db: SqlRunner,
  { accountId, from, to, after }: HoldsAsked,
  conditions: readonly Condition[],
  limit: number,
): Promise<HoldRow[]> {
  const { sql, values } = joined([
    ['account_id = $$', accountId],
    ...conditions,
    ['created_at >= $$', from],
    ['created_at < $$', to],
    ['id >= $$', from && firstIdAt('hld', from)],
    ['id < $$', to && firstIdAt('hld', addSeconds(to, ID_AHEAD_SECONDS))],
    ['id < $$', after],
  ]);
  return db.query(`select ${HOLD_COLUMNS} from holds where ${sql} order by id desc limit ${limit}`, values);
}
