import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { firstIdAt } from '../kernel/ids.js';
import type { DomainEvent } from './domain-event.js';
import type { DomainEventType } from './event-types.js';
import { DomainEventNotFound, EventsNoLongerKept } from './outbox.problems.js';

/** Which events of the feed are asked for. */
export interface FeedFilter {
  limit: number;
  /** All types when absent. */
  types?: readonly DomainEventType[];
  /** Those of one account alone, when given. */
  accountId?: string;
}

/** A part of the feed. */
export interface FeedPage {
  /** In the order of their numbers. */
  events: DomainEvent[];
  /** Up to which number nothing was left out that was asked for: where to read on. */
  through: number;
  /** The last number that was given. */
  last: number;
}

/** The feed as it stood at one moment. */
interface FeedRow {
  last_number: string;
  first_number: string;
  /** Null where nothing was found. */
  id: string | null;
  type: DomainEventType;
  number: string;
  account_id: string | null;
  data: Record<string, unknown>;
  occurred_at: Date;
}

const COLUMNS = 'id, type, number, account_id, data, occurred_at';

/** Reads the feed: what is in it has a number, and is there for good until it is too old to be kept. */
@Injectable()
export class EventsQueries {
  constructor(private readonly database: Database) {}

  /**
   * The events behind a number, oldest first; from the oldest that is kept where it is undefined. Whoever reads on from
   * `through` has every event once: numbers are given in order, and only to what is committed.
   * @throws EventsNoLongerKept when some of them were deleted.
   */
  async after(number: number | undefined, filter: FeedFilter): Promise<FeedPage> {
    const { sql, parameters } = eventsBehind(filter);
    const rows = await this.database.query<FeedRow>(
      `select feed.last_number, feed.first_number, event.*
       from event_feed feed
       left join lateral (${sql}) event on true
       order by event.number`,
      [number ?? 0, filter.limit, ...parameters],
    );
    const [first] = rows;
    const last = Number(first?.last_number);
    const kept = Number(first?.first_number);
    if (number !== undefined && number < kept - 1) throw new EventsNoLongerKept({ sequence: kept });
    const events = rows.filter(({ id }) => id !== null).map(toEvent);
    const isFull = events.length === filter.limit;
    return { events, through: isFull ? (events.at(-1)?.number ?? last) : last, last };
  }

  /** @throws DomainEventNotFound also while it has no number yet. */
  async require(eventId: string): Promise<DomainEvent> {
    const [row] = await this.database.query<FeedRow>(
      `select ${COLUMNS} from domain_events where id = $1 and number is not null`,
      [eventId],
    );
    if (row === undefined) throw new DomainEventNotFound({ eventId });
    return toEvent(row);
  }
}

interface Selection {
  sql: string;
  parameters: unknown[];
}

/**
 * The events behind `$1`, at most `$2`. Of some types the first of each type are read, which are few however rare a
 * type is; of an account all of its events, whose types are looked at.
 */
function eventsBehind({ types, accountId }: FeedFilter): Selection {
  const inOrder = 'order by number limit $2';
  if (accountId !== undefined)
    return {
      sql: `select ${COLUMNS} from domain_events
            where account_id = $3 and number > $1 and ($4::text[] is null or type = any($4))
            ${inOrder}`,
      parameters: [accountId, types ?? null],
    };
  if (types === undefined)
    return { sql: `select ${COLUMNS} from domain_events where number > $1 ${inOrder}`, parameters: [] };
  return {
    sql: `select of_type.* from unnest($3::text[]) asked (name)
          cross join lateral (
            select ${COLUMNS} from domain_events where type = asked.name and number > $1 ${inOrder}
          ) of_type
          ${inOrder}`,
    parameters: [types],
  };
}

function toEvent(row: FeedRow): DomainEvent {
  return {
    id: String(row.id),
    type: row.type,
    number: Number(row.number),
    accountId: row.account_id,
    data: row.data,
    occurredAt: row.occurred_at,
  };
}

/** The number that was given last; 0 before any was. */
export async function lastNumber(tx: Tx): Promise<number> {
  const [row]: { last_number: string }[] = await tx.query('select last_number from event_feed');
  return Number(row?.last_number);
}

/** The first number of those recorded at a moment or later, by their ids, which begin with the time. */
export async function firstNumberSince(tx: Tx, moment: Date): Promise<number | undefined> {
  const [row]: { number: string | null }[] = await tx.query(
    'select min(number) as number from domain_events where id >= $1',
    [firstIdAt('evt', moment)],
  );
  return row === undefined || row.number === null ? undefined : Number(row.number);
}
