import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { notRefunded } from '../../orders/orders.queries.js';
import type { Subscription } from '../mirror/subscription.entity.js';

const AT_A_TIME = 100;

/** Months that are not granted while all of their money is back are not due. */
const IS_TO_COME = `
  status = 'scheduled'
  and ${notRefunded('allowances.order_id')}`;

/** What time makes due. */
@Injectable()
export class DueQueries {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The subscriptions that something is due for by now, `after` the last one that was seen. */
  async list(after: string): Promise<Pick<Subscription, 'accountId' | 'stripeSubscriptionId'>[]> {
    return this.database.query(
      `select account_id as "accountId", stripe_subscription_id as "stripeSubscriptionId"
       from (
         select account_id, stripe_subscription_id from allowances where ${IS_TO_COME} and starts_at <= $1
         union
         select account_id, stripe_subscription_id from allowances where status = 'closing'
         union
         select account_id, stripe_subscription_id from subscriptions where access_state = 'grace' and grace_until <= $1
         union
         select account_id, stripe_subscription_id
         from subscriptions
         where access_state <> 'revoked' and least(cancel_at, open_until) <= $1) due
       where stripe_subscription_id > $2
       order by stripe_subscription_id
       limit $3`,
      [this.clock.now(), after, AT_A_TIME],
    );
  }

  /** When something is due next, which may be past; null when nothing is. */
  async nextAt(): Promise<Date | null> {
    const [row] = await this.database.query<{ next: Date | null }>(
      `select least(
         (select min(starts_at) from allowances where ${IS_TO_COME}),
         (select min(grace_until) from subscriptions where access_state = 'grace'),
         (select min(least(cancel_at, open_until)) from subscriptions where access_state <> 'revoked')) as next`,
    );
    return row?.next ?? null;
  }
}
