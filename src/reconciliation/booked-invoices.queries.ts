import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { addDays, Clock } from '../kernel/clock.js';
import type { ListedInvoice } from '../stripe/listed-invoices.js';
import type { BookedInvoice } from './compare-invoice.js';

/** By what the books may know an invoice of Stripe's. */
export interface InvoiceKey {
  stripeId: string;
  /** Null where Stripe does not know it. */
  listed: Pick<ListedInvoice, 'stripeSubscriptionId' | 'stripeCustomerId' | 'plan' | 'paidAt'> | null;
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
   * A plan that is not in the catalogue is none of ours, nor is what is invoiced for it, nor what was paid for a subscription
   * before it or its customer was adopted.
   */
  async invoices(keys: readonly InvoiceKey[]): Promise<BookedInvoice[]> {
    const rows = await this.database.query<InvoiceRow>(
      `select o.id as order_id, o.status, o.charged_minor, o.currency, o.payment_intent_id is not null as has_payment,
         coalesce(o.account_id, case when p.key is not null and not is_of_before then coalesce(s.account_id, a.id) end) as account_id,
         coalesce((s.terms -> k.plan ->> 'credits')::bigint, p.credits, 0) > 0 as gives_credits,
         exists (
           select
           from allowances w
           where w.stripe_invoice_id = k.stripe_id
             and w.status = 'scheduled'
             and w.starts_at < $5
         ) as is_overdue
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $6::timestamptz[]) with ordinality
         k (stripe_id, subscription, customer, plan, paid_at, place)
       left join orders o on o.stripe_invoice_id = k.stripe_id
       left join subscriptions s on s.stripe_subscription_id = k.subscription
       left join lateral (
         select id, customer_adopted_at from accounts where stripe_customer_id = k.customer
         union all
         select account_id, null from former_customers where stripe_customer_id = k.customer
         limit 1
       ) a on true
       left join products p on p.key = k.plan
       cross join lateral (
         select coalesce(k.paid_at < case when s.account_id is null then a.customer_adopted_at else s.credits_from end, false)
       ) adoption (is_of_before)
       order by k.place`,
      [
        keys.map(({ stripeId }) => stripeId),
        keys.map(({ listed }) => listed?.stripeSubscriptionId ?? null),
        keys.map(({ listed }) => listed?.stripeCustomerId ?? null),
        keys.map(({ listed }) => listed?.plan ?? null),
        addDays(this.clock.now(), -1),
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
