import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { cursorKeyOf, type PageQuery } from '../http/input/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import {
  STRIPE_EVENT_COLUMNS,
  type StripeEvent,
  type StripeEventRow,
  type StripeEventStatus,
  toStripeEvent,
} from './stripe-event.js';
import { StripeEventNotFound } from './webhooks.problems.js';

export interface StripeEventFilter {
  status?: StripeEventStatus;
  type?: string;
}

@Injectable()
export class StripeEventsQueries {
  constructor(private readonly database: Database) {}

  async findPayload(stripeEventId: string): Promise<{ status: StripeEventStatus; payload: unknown } | undefined> {
    const [row] = await this.database.query<{ status: StripeEventStatus; payload: unknown }>(
      'select status, payload from stripe_events where id = $1',
      [stripeEventId],
    );
    return row;
  }

  /** An event with its payload. @throws StripeEventNotFound */
  async require(stripeEventId: string): Promise<{ event: StripeEvent; payload: unknown }> {
    const [row] = await this.database.query<StripeEventRow & { payload: unknown }>(
      `select ${STRIPE_EVENT_COLUMNS}, payload from stripe_events where id = $1`,
      [stripeEventId],
    );
    if (row === undefined) throw new StripeEventNotFound({ stripeEventId });
    return { event: toStripeEvent(row), payload: row.payload };
  }

  /** The event that waits for the longest time of all, whether it was tried or not. Dead ones wait for a person. */
  async oldestUnhandled(): Promise<StripeEvent | undefined> {
    const [row] = await this.database.query<StripeEventRow>(
      `select ${STRIPE_EVENT_COLUMNS}
       from stripe_events
       where status in ('received', 'failed')
       order by received_at
       limit 1`,
    );
    return row === undefined ? undefined : toStripeEvent(row);
  }

  /** Events newest first, by the order in which they came in. */
  async list<T>(page: PageQuery & StripeEventFilter, map: (event: StripeEvent) => T): Promise<Page<T>> {
    const after = cursorKeyOf(page, /^\d{1,18}$/);
    const rows = await this.database.query<StripeEventRow>(
      `select ${STRIPE_EVENT_COLUMNS}
       from stripe_events
       where ($1::text is null or status = $1)
         and ($2::text is null or type = $2)
         and ($3::bigint is null or ordinal < $3)
       order by ordinal desc
       limit $4`,
      [page.status ?? null, page.type ?? null, after ?? null, page.limit + 1],
    );
    return pageOf(rows.map(toStripeEvent), page.limit, (event) => event.ordinal, map);
  }
}
