import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import { boundedData } from './bounded-data.js';
import type { NewDomainEvent } from './domain-event.js';
import type { DomainEventType } from './event-types.js';

/** Records events in the transaction of their cause, so that there is one exactly when the cause is committed. */
@Injectable()
export class RecordDomainEvent {
  constructor(private readonly clock: Clock) {}

  /** Returns whether it is new: the same cause is recorded once. */
  async run(tx: Tx, event: NewDomainEvent): Promise<boolean> {
    return (await this.runAll(tx, [event])) === 1;
  }

  /** Records any number of events in one statement. Returns how many are new. */
  async runAll(tx: Tx, events: readonly NewDomainEvent[]): Promise<number> {
    if (events.length === 0) return 0;
    const now = this.clock.now();
    const ids = events.map(() => newId('evt', now));
    const recorded: unknown[] = await tx.query(
      `insert into domain_events (id, type, account_id, data, cause, occurred_at, recorded_at)
       select *, $7::timestamptz
       from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::text[], $6::timestamptz[])
       on conflict (type, cause) do nothing
       returning 1`,
      [
        ids,
        events.map(({ type }) => type),
        events.map(({ accountId }) => accountId),
        events.map(({ data }) => boundedData(data)),
        events.map(({ cause }, index) => cause ?? ids[index]),
        events.map(({ occurredAt }) => occurredAt ?? now),
        now,
      ],
    );
    return recorded.length;
  }
}

/**
 * A condition, in SQL, that no event of this type was recorded for the cause that the expression gives. It is looked up
 * by its key, one by one (`offset 0`), for which it must be compared in the collation of that key: otherwise all events
 * of the type are read for each cause.
 */
export function notRecorded(type: DomainEventType, cause: string): string {
  return `not exists (
    select
    from domain_events
    where type = '${type}'
      and cause = (${cause}) collate "default"
    offset 0)`;
}
