import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { DisputeStatus } from '../../returns/dispute-lifecycle.js';
import type { RefundStatus } from '../../returns/refund-lifecycle.js';
import type { BookedDispute } from '../compare/compare-dispute.js';
import type { BookedPayment } from '../compare/compare-payment.js';
import type { BookedRefund } from '../compare/compare-refund.js';

/** By what the books may know a thing of Stripe's. What is null says nothing. */
export interface BookKey {
  stripeId: string;
  stripePaymentIntentId: string | null;
  /** The order that it names. */
  orderId: string | null;
  /** The id of a refund in the books, which its metadata at Stripe carries. */
  refundId?: string | null;
  /** Where a grant without an order may be. */
  accountId?: string | null;
}

interface PaymentRow {
  stripe_id: string;
  order_id: string | null;
  account_id: string | null;
  status: string | null;
  charged_minor: string | null;
  currency: string | null;
  source_id: string | null;
  has_credits: boolean;
  is_in_parts: boolean;
  is_of_nobody: boolean;
  customer: string | null;
  reference: string | null;
}

interface RefundRow {
  stripe_id: string;
  refund_id: string | null;
  status: RefundStatus | null;
  amount_minor: string | null;
  currency: string | null;
  unused_only: boolean | null;
  counted: boolean | null;
  order_id: string | null;
  account_id: string | null;
  is_fulfilled: boolean | null;
}

interface DisputeRow {
  stripe_id: string;
  dispute_id: string | null;
  status: DisputeStatus | null;
  amount_minor: string | null;
  currency: string | null;
  withdrawn_minor: string | null;
  reinstated_minor: string | null;
  counted_minor: string | null;
  order_id: string | null;
  account_id: string | null;
  is_fulfilled: boolean | null;
}

/** The order of a payment `k`: the one that it paid, or else the one that it names. */
const ORDER_OF_PAYMENT = `
  select candidates.*
  from (
    select * from orders where payment_intent_id = k.payment
    union all
    select o.* from invoice_payments p join orders o on o.id = p.order_id where p.stripe_payment_intent_id = k.payment
    union all
    select * from orders where checkout_session_id = k.stripe_id
    union all
    select * from orders where id = k.order_id
  ) candidates
  order by (source_id is not distinct from k.stripe_id) desc, (payment_intent_id is not distinct from k.payment) desc
  limit 1`;

/** What the books know of things of Stripe's, many at once and one for each, in the order of the question. */
@Injectable()
export class BookedQueries {
  constructor(private readonly database: Database) {}

  async payments(keys: readonly BookKey[]): Promise<BookedPayment[]> {
    const rows = await this.database.query<PaymentRow>(
      `select k.stripe_id, o.id as order_id, coalesce(o.account_id, k.account_id) as account_id, o.status,
         o.charged_minor, o.currency, o.source_id, coalesce(o.credits, 0) > 0 as has_credits,
         (select count(*) from invoice_payments p where p.order_id = o.id) > 1 as is_in_parts,
         pp.stripe_checkout_session_id is not null as is_of_nobody, pp.stripe_customer_id as customer, pp.reference
       from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality
         k (stripe_id, payment, order_id, account_id, place)
       left join lateral (${ORDER_OF_PAYMENT}) o on true
       left join lateral (
         select *
         from parked_payments
         where k.stripe_id in (stripe_checkout_session_id, stripe_payment_intent_id)
           and account_id is null
           and not exists (select from accounts a where a.id = reference)
           and not exists (select from accounts a where a.stripe_customer_id = parked_payments.stripe_customer_id)
         limit 1
       ) pp on true
       order by k.place`,
      [
        keys.map(({ stripeId }) => stripeId),
        keys.map(({ stripePaymentIntentId }) => stripePaymentIntentId),
        keys.map(({ orderId }) => orderId),
        keys.map(({ accountId }) => accountId ?? null),
      ],
    );
    const granted = await this.granted(rows);
    return rows.map((row) => ({
      orderId: row.order_id,
      accountId: row.account_id,
      orderStatus: row.status,
      chargedMinor: toBigint(row.charged_minor),
      currency: row.currency,
      fulfilledBy: row.source_id,
      hasCredits: row.has_credits,
      hasGrant: granted.has(`${row.account_id} ${row.stripe_id}`),
      isInParts: row.is_in_parts,
      ofNobody: row.is_of_nobody ? { stripeCustomerId: row.customer, reference: row.reference } : null,
    }));
  }

  /** The payments that gave credits, each behind its account. Asked apart, since grants may be on other machines. */
  private async granted(payments: readonly PaymentRow[]): Promise<Set<string>> {
    const grants = await this.database.query<{ account_id: string; source_id: string }>(
      `select account_id, source_id
       from grants
       where account_id = any($1::text[])
         and source_type in ('payment_intent', 'checkout_session')
         and source_id = any($2::text[])`,
      [payments.map((payment) => payment.account_id), payments.map((payment) => payment.stripe_id)],
    );
    return new Set(grants.map((grant) => `${grant.account_id} ${grant.source_id}`));
  }

  async refunds(keys: readonly BookKey[]): Promise<BookedRefund[]> {
    const rows = await this.database.query<RefundRow>(
      `select k.stripe_id, r.id as refund_id, r.status, r.amount_minor, r.currency, r.unused_only, r.counted,
         o.id as order_id, o.account_id, o.charged_minor is not null as is_fulfilled
       from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality
         k (stripe_id, payment, order_id, refund_id, place)
       left join lateral (
         select candidates.*
         from (
           select * from refunds where stripe_refund_id = k.stripe_id
           union all
           select * from refunds where id = k.refund_id and stripe_refund_id is null
         ) candidates
         order by (stripe_refund_id is not null) desc
         limit 1
       ) r on true
       left join lateral (
         select orders.* from orders where orders.id = r.order_id
         union all
         select found.* from (${ORDER_OF_PAYMENT}) found where r.id is null
       ) o on true
       order by k.place`,
      [...valuesOf(keys), keys.map(({ refundId }) => refundId ?? null)],
    );
    return rows.map((row) => ({
      refundId: row.refund_id,
      status: row.status,
      amountMinor: toBigint(row.amount_minor),
      currency: row.currency,
      unusedOnly: row.unused_only ?? false,
      counted: row.counted ?? false,
      orderId: row.order_id,
      accountId: row.account_id,
      isFulfilled: row.is_fulfilled ?? false,
    }));
  }

  async disputes(keys: readonly BookKey[]): Promise<BookedDispute[]> {
    const rows = await this.database.query<DisputeRow>(
      `select k.stripe_id, d.id as dispute_id, d.status, d.amount_minor, d.currency, d.withdrawn_minor,
         d.reinstated_minor, d.counted_minor, o.id as order_id, o.account_id,
         o.charged_minor is not null as is_fulfilled
       from unnest($1::text[], $2::text[], $3::text[]) with ordinality k (stripe_id, payment, order_id, place)
       left join disputes d on d.stripe_dispute_id = k.stripe_id
       left join lateral (
         select orders.* from orders where orders.id = d.order_id
         union all
         select found.* from (${ORDER_OF_PAYMENT}) found where d.id is null
       ) o on true
       order by k.place`,
      valuesOf(keys),
    );
    return rows.map((row) => ({
      disputeId: row.dispute_id,
      status: row.status,
      amountMinor: toBigint(row.amount_minor),
      currency: row.currency,
      withdrawnMinor: toBigint(row.withdrawn_minor) ?? 0n,
      reinstatedMinor: toBigint(row.reinstated_minor) ?? 0n,
      countedMinor: toBigint(row.counted_minor) ?? 0n,
      orderId: row.order_id,
      accountId: row.account_id,
      isFulfilled: row.is_fulfilled ?? false,
    }));
  }
}

function valuesOf(keys: readonly BookKey[]): (string | null)[][] {
  return [
    keys.map(({ stripeId }) => stripeId),
    keys.map(({ stripePaymentIntentId }) => stripePaymentIntentId),
    keys.map(({ orderId }) => orderId),
  ];
}

function toBigint(value: string | null): bigint | null {
  return value === null ? null : BigInt(value);
}
