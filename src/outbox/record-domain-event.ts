import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import type { DomainEventType, NewDomainEvent } from './domain-event.js';

/** Records events in the transaction of their cause, so that there is one exactly when the cause is committed. */
@Injectable()
export class RecordDomainEvent {
  constructor(private readonly clock: Clock) {}

  /** Returns whether it is new: the same cause is recorded once. */
  async run(tx: Tx, { type, accountId, data, cause, occurredAt }: NewDomainEvent): Promise<boolean> {
    const now = this.clock.now();
    const recorded: unknown[] = await tx.query(
      `insert into domain_events (id, type, account_id, data, cause, occurred_at, recorded_at)
       values ($1, $2, $3, $4::jsonb, $5, $6, $7)
       on conflict (type, cause) do nothing
       returning 1`,
      [newId('evt', now), type, accountId, JSON.stringify(data), cause, occurredAt ?? now, now],
    );
    return recorded.length === 1;
  }
}

/** A condition, in SQL, that no event of this type was recorded for the cause that the expression gives. */
export function notRecorded(type: DomainEventType, cause: string): string {
  return `not exists (
    select
    from domain_events
    where type = '${type}'
      and cause = ${cause})`;
}
