import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { ListedSubscription } from '../../stripe/listings/listed-subscriptions.js';
import type { BookedSubscription } from '../compare/compare-subscription.js';

interface SubscriptionKey {
  stripeId: string;
  listed: ListedSubscription | null;
}

interface SubscriptionRow {
  account_id: string | null;
  status: string | null;
  items: { plan: string; quantity: number }[] | null;
  collection_paused: boolean | null;
  cancel_at: Date | null;
}

/** What the books know of subscriptions of Stripe's, many at once and one for each, in the order of the question. */
@Injectable()
export class BookedSubscriptionsQueries {
  constructor(private readonly database: Database) {}

  async subscriptions(keys: readonly SubscriptionKey[]): Promise<BookedSubscription[]> {
    const plans = await this.plansAmong(
      keys.flatMap(({ listed }) => listed?.items.flatMap(({ plan }) => plan ?? []) ?? []),
    );
    const rows = await this.database.query<SubscriptionRow>(
      `select coalesce(s.account_id, a.id) as account_id, s.status, s.items, s.collection_paused, s.cancel_at
       from unnest($1::text[], $2::text[]) with ordinality k (stripe_id, customer, place)
       left join subscriptions s on s.stripe_subscription_id = k.stripe_id
       left join accounts a on a.stripe_customer_id = k.customer
       order by k.place`,
      [keys.map(({ stripeId }) => stripeId), keys.map(({ listed }) => listed?.stripeCustomerId ?? null)],
    );
    return rows.map((row) => ({
      accountId: row.account_id,
      status: row.status,
      items: row.items ?? [],
      isCollectionPaused: row.collection_paused ?? false,
      cancelAt: row.cancel_at,
      plans,
    }));
  }

  private async plansAmong(named: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ key: string }>(
      `select key from products where kind = 'plan' and key = any($1::text[])`,
      [named],
    );
    return new Set(rows.map(({ key }) => key));
  }
}
