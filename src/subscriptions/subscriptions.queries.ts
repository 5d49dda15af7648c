import { Injectable } from '@nestjs/common';
import { In, Not, Raw } from 'typeorm';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { accountsOfCustomer } from '../customers/customers.queries.js';
import { before, given, within } from '../database/conditions.js';
import { Database, type Tx } from '../database/database.js';
import { cursorKeyOf, type SpanQuery, spanOf } from '../http/input/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { StripeBilling } from '../stripe/billing/billing.gateway.js';
import type { StripeSubscription } from '../stripe/objects/billing-objects.js';
import type { SubscriptionStatus } from './mirror/access.js';
import { Subscription } from './mirror/subscription.entity.js';
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
    private readonly accounts: AccountsQueries,
  ) {}

  /**
   * The account's subscription: the one that goes on with a plan of the catalogue, or the last one that did. One of the
   * other mode does not count: nothing could be done about it with the key of this one.
   * @throws AccountNotFound, SubscriptionNotFound
   */
  async requireOf(accountId: string): Promise<Subscription> {
    const subscription = await this.manager
      .createQueryBuilder(Subscription, 'subscription')
      .where({ accountId, livemode: this.stripe.livemode })
      .orderBy(`subscription.status in ('canceled', 'incomplete_expired')`)
      .addOrderBy(`subscription.items = '[]'::jsonb`)
      .addOrderBy('subscription.ordinal', 'DESC')
      .limit(1)
      .getOne();
    if (subscription !== null) return subscription;
    await this.accounts.require(accountId);
    throw new SubscriptionNotFound({ accountId });
  }

  /** The plan that the account has as this customer of Stripe's in the mode of the key, unless it is over. */
  async planThatGoesOn(accountId: string, stripeCustomerId: string): Promise<string | undefined> {
    const subscription = await this.manager.findOne(Subscription, {
      select: { plan: true },
      where: {
        accountId,
        stripeCustomerId,
        livemode: this.stripe.livemode,
        status: Not(In<SubscriptionStatus>(['canceled', 'incomplete_expired'])),
        items: Raw((items) => `${items} <> '[]'::jsonb`),
      },
    });
    return subscription?.plan;
  }

  /** Subscriptions newest first, in the order in which they were first heard of, of the mode of the key. */
  async list<T>(page: SpanQuery & SubscriptionFilter, map: (subscription: Subscription) => T): Promise<Page<T>> {
    const { accountId, status, stripeCustomerId, limit } = page;
    const startedAt = within(spanOf(page));
    const ordinal = before(cursorKeyOf(page, /^\d{1,18}$/));
    const { livemode } = this.stripe;
    const subscriptions = await this.manager.find(Subscription, {
      where: { livemode, ...given<Subscription>({ accountId, status, stripeCustomerId, startedAt, ordinal }) },
      order: { ordinal: 'desc' },
      take: limit + 1,
    });
    return pageOf(subscriptions, limit, (subscription) => subscription.ordinal, map);
  }

  async find(stripeSubscriptionId: string): Promise<Subscription | undefined> {
    return (await this.manager.findOneBy(Subscription, { stripeSubscriptionId })) ?? undefined;
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
       select account_id, false
       from (${accountsOfCustomer('$2')}) owners
       limit 1`,
      [stripeSubscriptionId, stripeCustomerId],
    );
    return { accountId: row?.account_id, isKnown: row?.is_known ?? false };
  }

  private get manager(): Tx {
    return this.database.dataSource.manager;
  }
}

/** The subscription that says whether an account may begin another one. */
export interface LatestSubscription {
  plan: string;
  status: SubscriptionStatus;
  /** Also of one that was moved to products that are no plan of the catalogue: it goes on, and is in nobody's way. */
  isOver: boolean;
}

/** The account's subscription of this mode that goes on, or the last one that did; undefined when it never had one. */
export async function latestSubscription(
  tx: Tx,
  { accountId, livemode }: { accountId: string; livemode: boolean },
): Promise<LatestSubscription | undefined> {
  const [latest]: LatestSubscription[] = await tx.query(
    `select plan, status, is_over as "isOver"
     from subscriptions
     cross join lateral (select status in ('canceled', 'incomplete_expired') or items = '[]'::jsonb) over (is_over)
     where account_id = $1
       and livemode = $2
     order by is_over, ordinal desc
     limit 1`,
    [accountId, livemode],
  );
  return latest;
}
