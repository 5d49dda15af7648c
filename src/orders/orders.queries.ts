import { Injectable } from '@nestjs/common';
import type { ProductKind } from '../catalog/product.entity.js';
import { joined } from '../database/conditions.js';
import { Database, type Tx } from '../database/database.js';
import { cursorKeyOf, type SpanQuery, spanOf } from '../http/input/page-query.js';
import { credits } from '../kernel/credits.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from './order.js';
import type { OrderStatus } from './order-lifecycle.js';
import { OrderNotFound } from './orders.problems.js';
import { PAID_WITH } from './payments-of.js';

export interface OrderFilter {
  accountId?: string;
  status?: OrderStatus;
  kind?: ProductKind;
  paymentIntentId?: string;
  checkoutSessionId?: string;
  subscriptionId?: string;
  invoiceId?: string;
  paymentLinkId?: string;
}

const OF_PAYMENT = `id in (select order_id from (${PAID_WITH.replaceAll('$1', () => '$$')}) paid)`;

@Injectable()
export class OrdersQueries {
  constructor(private readonly database: Database) {}

  async find(orderId: string): Promise<Order | undefined> {
    const [row] = await this.database.query<OrderRow>(`select ${ORDER_COLUMNS} from orders where id = $1`, [orderId]);
    return row === undefined ? undefined : toOrder(row);
  }

  /** @throws OrderNotFound */
  async require(orderId: string): Promise<Order> {
    const order = await this.find(orderId);
    if (order === undefined) throw new OrderNotFound({ orderId });
    return order;
  }

  /** The order that was paid with this payment intent, or with others and this one, as far as that is known yet. */
  async findByPayment(stripePaymentIntentId: string): Promise<Order | undefined> {
    const [row] = await this.database.query<OrderRow>(
      `select ${ORDER_COLUMNS} from orders where id in (select order_id from (${PAID_WITH}) paid)`,
      [[stripePaymentIntentId]],
    );
    return row === undefined ? undefined : toOrder(row);
  }

  /** The order that is paid on this page. */
  async findByCheckout(stripeCheckoutSessionId: string): Promise<Order | undefined> {
    const [row] = await this.database.query<OrderRow>(
      `select ${ORDER_COLUMNS} from orders where checkout_session_id = $1`,
      [stripeCheckoutSessionId],
    );
    return row === undefined ? undefined : toOrder(row);
  }

  /** The orders that were paid on these pages, oldest first. */
  async idsOfCheckouts(stripeCheckoutSessionIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'select id from orders where checkout_session_id = any($1::text[]) order by id',
      [stripeCheckoutSessionIds],
    );
    return rows.map(({ id }) => id);
  }

  /** The account's orders of plans that wait to be paid on a page, newest first. */
  async waitingForPlans(accountId: string, livemode: boolean): Promise<Order[]> {
    const rows = await this.database.query<OrderRow>(
      `select ${ORDER_COLUMNS}
       from orders
       where account_id = $1
         and livemode = $2
         and channel = 'checkout_session'
         and product_snapshot ->> 'kind' = 'plan'
         and status = 'pending'
       order by id desc`,
      [accountId, livemode],
    );
    return rows.map(toOrder);
  }

  /** Orders newest first, by their sortable ids; all of them, or those that every filter names. */
  async list<T>(page: SpanQuery & OrderFilter, map: (order: Order) => T): Promise<Page<T>> {
    const { from, to } = spanOf(page);
    const { paymentIntentId } = page;
    const { sql, values } = joined([
      ['account_id = $$', page.accountId],
      ['status = $$', page.status],
      ["product_snapshot ->> 'kind' = $$", page.kind],
      [OF_PAYMENT, paymentIntentId === undefined ? undefined : [paymentIntentId]],
      ['checkout_session_id = $$', page.checkoutSessionId],
      ['stripe_subscription_id = $$', page.subscriptionId],
      ['stripe_invoice_id = $$', page.invoiceId],
      ['payment_link_id = $$', page.paymentLinkId],
      ['created_at >= $$', from],
      ['created_at < $$', to],
      ['id < $$', cursorKeyOf(page, /^ord_[0-9a-z]{26}$/)],
    ]);
    const rows = await this.database.query<OrderRow>(
      `select ${ORDER_COLUMNS} from orders where ${sql} order by id desc limit ${page.limit + 1}`,
      values,
    );
    return pageOf(rows.map(toOrder), page.limit, (order) => order.id, map);
  }
}

/** An order as the transaction sees it. Not locked. */
export async function findOrder(tx: Tx, orderId: string): Promise<Order | undefined> {
  const [row]: OrderRow[] = await tx.query(`select ${ORDER_COLUMNS} from orders where id = $1`, [orderId]);
  return row === undefined ? undefined : toOrder(row);
}

/** The order that is paid on this page. Not locked. */
export async function findOrderOfCheckout(tx: Tx, stripeCheckoutSessionId: string): Promise<Order | undefined> {
  const [row]: OrderRow[] = await tx.query(`select ${ORDER_COLUMNS} from orders where checkout_session_id = $1`, [
    stripeCheckoutSessionId,
  ]);
  return row === undefined ? undefined : toOrder(row);
}

/** The id of the order that was made of an invoice; undefined while none was. */
export async function orderIdOfInvoice(tx: Tx, stripeInvoiceId: string): Promise<string | undefined> {
  const [row]: { id: string }[] = await tx.query('select id from orders where stripe_invoice_id = $1', [
    stripeInvoiceId,
  ]);
  return row?.id;
}

/** Where the money of every order of a subscription stands. */
export async function moneyOfSubscription(
  tx: Tx,
  stripeSubscriptionId: string,
): Promise<Pick<Order, 'id' | 'status' | 'lapsedCredits'>[]> {
  const rows: Pick<OrderRow, 'id' | 'status' | 'lapsed_credits'>[] = await tx.query(
    'select id, status, lapsed_credits from orders where stripe_subscription_id = $1',
    [stripeSubscriptionId],
  );
  return rows.map(({ id, status, lapsed_credits }) => ({ id, status, lapsedCredits: credits(lapsed_credits) }));
}

/** A condition, in SQL, that not all of the money is back of the order that the expression gives the id of. */
export function notRefunded(orderId: string): string {
  return `not exists (
    select
    from orders
    where orders.id = ${orderId}
      and orders.status = 'refunded')`;
}
