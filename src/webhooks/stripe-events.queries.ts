import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, LessThan, Raw } from 'typeorm';
import { Database } from '../database/database.js';
import { cursorKeyOf, type PageQuery } from '../http/input/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { StripeEvent, type StripeEventStatus } from './stripe-event.entity.js';
import { StripeEventNotFound } from './webhooks.problems.js';

export interface StripeEventFilter {
  status?: StripeEventStatus;
  type?: string;
}

/** Written out, and not bound, because there is an index for it. */
const UNHANDLED = Raw((status) => `${status} in ('received', 'failed')`);

@Injectable()
export class StripeEventsQueries {
  constructor(private readonly database: Database) {}

  /** An event with its payload. */
  find(stripeEventId: string): Promise<StripeEvent | null> {
    return this.events
      .createQueryBuilder(StripeEvent, 'event')
      .addSelect('event.payload')
      .where({ id: stripeEventId })
      .getOne();
  }

  /** An event with its payload. @throws StripeEventNotFound */
  async require(stripeEventId: string): Promise<StripeEvent> {
    const event = await this.find(stripeEventId);
    if (event === null) throw new StripeEventNotFound({ stripeEventId });
    return event;
  }

  /** The event that waits for the longest time of all, whether it was tried or not. Dead ones wait for a person. */
  oldestUnhandled(): Promise<StripeEvent | null> {
    return this.events.findOne(StripeEvent, { where: { status: UNHANDLED }, order: { receivedAt: 'asc' } });
  }

  /** Events newest first, by the order in which they came in. */
  async list<T>(page: PageQuery & StripeEventFilter, map: (event: StripeEvent) => T): Promise<Page<T>> {
    const after = cursorKeyOf(page, /^\d{1,18}$/);
    const where: FindOptionsWhere<StripeEvent> = {
      ...(page.status !== undefined && { status: page.status }),
      ...(page.type !== undefined && { type: page.type }),
      ...(after !== undefined && { ordinal: LessThan(after) }),
    };
    const events = await this.events.find(StripeEvent, { where, order: { ordinal: 'desc' }, take: page.limit + 1 });
    return pageOf(events, page.limit, (event) => event.ordinal, map);
  }

  private get events() {
    return this.database.dataSource.manager;
  }
}
