import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { addDays, Clock } from '../../kernel/clock.js';
import type { ListedInvoice } from '../../stripe/listings/listed-invoices.js';
import type { BookedInvoice } from '../compare/compare-invoice.js';

/** By what the books may know an invoice of Stripe's. */
export interface InvoiceKey {
  stripeId: string;
  /** Null where Stripe does not know it. */
  listed: Pick<
    ListedInvoice,
    'stripeSubscriptionId' | 'stripeCustomerId' | 'plan' | 'stripeProductId' | 'paidAt'
  > | null;
}

interface InvoiceRow {
  order_id: string | null;
  account_id: string | null;
  status: string | null;
  charged_minor: string | null;
  currency: string | null;
  has_payment: boolean;
  gives_credits: boolean;
  is_overdue: boolean;
}

/** What the books know of invoices of Stripe's, many at once and one for each, in the order of the question. */
@Injectable()
export class BookedInvoicesQueries {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * An invoice for a plan that is not in the catalogue does not count, nor one that was paid before its subscription
   * was adopted.
   */
  async invoices(keys: readonly InvoiceKey[]): Promise<BookedInvoice[]> {
    const rows = await this.database.query<InvoiceRow>(
      `select o.id as order_id, o.status, o.charged_minor, o.currency, o.payment_intent_id is not null as has_payment,
         coalesce(o.account_id, case when p.key is not null and not is_of_before then coalesce(s.account_id, a.id) end)
           as account_id,
         coalesce((s.terms -> p.key ->> 'credits')::bigint, p.credits, 0) > 0 as gives_credits,
         exists (
           select
           from allowances w
           where w.stripe_invoice_id = k.stripe_id
             and w.status = 'scheduled'
             and w.starts_at < $5
         ) as is_overdue
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $6::text[], $7::timestamptz[]) with ordinality
         k (stripe_id, subscription, customer, plan, product, paid_at, place)
       left join orders o on o.stripe_invoice_id = k.stripe_id
       left join subscriptions s on s.stripe_subscription_id = k.subscription
       left join lateral (
         select id from accounts where stripe_customer_id = k.customer
         union all
         select account_id from former_customers where stripe_customer_id = k.customer
         limit 1
       ) a on true
       left join adopted_products ap on ap.stripe_product_id = k.product
       left join products p on p.key = coalesce(k.plan, ap.product_key)
       left join earlier_subscriptions e on e.stripe_subscription_id = k.subscription
       cross join lateral (
         select coalesce(k.paid_at < coalesce(s.credits_from, e.credits_from) - interval '1 second'
           or k.stripe_id = any(e.stripe_invoice_ids), false) as is_of_before
       ) before
       order by k.place`,
      [
        keys.map(({ stripeId }) => stripeId),
        keys.map(({ listed }) => listed?.stripeSubscriptionId ?? null),
        keys.map(({ listed }) => listed?.stripeCustomerId ?? null),
        keys.map(({ listed }) => listed?.plan ?? null),
        addDays(this.clock.now(), -1),
        keys.map(({ listed }) => listed?.stripeProductId ?? null),
        keys.map(({ listed }) => listed?.paidAt ?? null),
      ],
    );
    return rows.map((row) => ({
      orderId: row.order_id,
      accountId: row.account_id,
      orderStatus: row.status,
      chargedMinor: row.charged_minor === null ? null : BigInt(row.charged_minor),
      currency: row.currency,
      hasPayment: row.has_payment,
      givesCredits: row.gives_credits,
      isOverdue: row.is_overdue,
    }));
  }
}
