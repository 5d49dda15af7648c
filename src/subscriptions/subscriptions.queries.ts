import { Injectable } from '@nestjs/common';
import { joined } from '../database/conditions.js';
import { Database } from '../database/database.js';
import { cursorKeyOf, type SpanQuery, spanOf } from '../http/input/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { StripeBilling } from '../stripe/billing/billing.gateway.js';
import type { StripeSubscription } from '../stripe/objects/billing-objects.js';
import type { SubscriptionStatus } from './mirror/access.js';
import {
  SUBSCRIPTION_COLUMNS,
  type Subscription,
  type SubscriptionRow,
  toSubscription,
} from './mirror/subscription.js';
import { SubscriptionNotFound } from './subscriptions.problems.js';

export interface SubscriptionFilter {
  accountId?: string;
  status?: SubscriptionStatus;
  stripeCustomerId?: string;
}

@Injectable()
export class SubscriptionsQueries {
  constructor(
    private readonly database: Database,
    private readonly stripe: StripeBilling,
  ) {}

  /**
   * The account's subscription: the one that goes on with a plan of ours, or the last one that did. One of the other
   * mode is not asked about: nothing could be done about it with the key of this one.
   * @throws AccountNotFound, SubscriptionNotFound
   */
  async requireOf(accountId: string): Promise<Subscription> {
    const [row] = await this.database.query<SubscriptionRow | { stripe_subscription_id: null }>(
      `select ${SUBSCRIPTION_COLUMNS.split(', ')
        .map((column) => `subscriptions.${column}`)
        .join(', ')}
       from accounts
       left join subscriptions on subscriptions.account_id = accounts.id and subscriptions.livemode = $2
       where accounts.id = $1
       order by status in ('canceled', 'incomplete_expired'), items = '[]'::jsonb, ordinal desc
       limit 1`,
      [accountId, this.stripe.livemode],
    );
    if (row === undefined) throw new AccountNotFound({ accountId });
    if (row.stripe_subscription_id === null) throw new SubscriptionNotFound({ accountId });
    return toSubscription(row);
  }

  /** The plan that the account has as this customer of Stripe's in the mode of the key, unless it is over. */
  async planThatGoesOn(accountId: string, stripeCustomerId: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ plan: string }>(
      `select plan
       from subscriptions
       where account_id = $1
         and stripe_customer_id = $2
         and livemode = $3
         and status not in ('canceled', 'incomplete_expired')
         and items <> '[]'::jsonb
       limit 1`,
      [accountId, stripeCustomerId, this.stripe.livemode],
    );
    return row?.plan;
  }

  /** Subscriptions newest first, in the order in which we heard of them, of the mode of the key. */
  async list<T>(page: SpanQuery & SubscriptionFilter, map: (subscription: Subscription) => T): Promise<Page<T>> {
    const { from, to } = spanOf(page);
    const { sql, values } = joined([
      ['livemode = $$', this.stripe.livemode],
      ['account_id = $$', page.accountId],
      ['status = $$', page.status],
      ['stripe_customer_id = $$', page.stripeCustomerId],
      ['started_at >= $$', from],
      ['started_at < $$', to],
      ['ordinal < $$', cursorKeyOf(page, /^\d{1,18}$/)],
    ]);
    const rows = await this.database.query<SubscriptionRow>(
      `select ${SUBSCRIPTION_COLUMNS} from subscriptions where ${sql} order by ordinal desc limit ${page.limit + 1}`,
      values,
    );
    return pageOf(rows.map(toSubscription), page.limit, (subscription) => subscription.ordinal, map);
  }

  async find(stripeSubscriptionId: string): Promise<Subscription | undefined> {
    const [row] = await this.database.query<SubscriptionRow>(
      `select ${SUBSCRIPTION_COLUMNS} from subscriptions where stripe_subscription_id = $1`,
      [stripeSubscriptionId],
    );
    return row === undefined ? undefined : toSubscription(row);
  }

  /**
   * Whose a subscription is: its customer says it, and of one that we know we do. Undefined when it is nobody's here.
   */
  async ownerOf({
    stripeSubscriptionId,
    stripeCustomerId,
  }: StripeSubscription): Promise<{ accountId: string | undefined; isKnown: boolean }> {
    const [row] = await this.database.query<{ account_id: string; is_known: boolean }>(
      `select account_id, true as is_known
       from subscriptions
       where stripe_subscription_id = $1
       union all
       select id, false
       from accounts
       where stripe_customer_id = $2
       union all
       select account_id, false
       from former_customers
       where stripe_customer_id = $2
       limit 1`,
      [stripeSubscriptionId, stripeCustomerId],
    );
    return { accountId: row?.account_id, isKnown: row?.is_known ?? false };
  }
}
