import { Injectable } from '@nestjs/common';
import type { ProductKind } from '../catalog/product.entity.js';
import { joined } from '../database/conditions.js';
import { Database } from '../database/database.js';
import { cursorKeyOf, type SpanQuery, spanOf } from '../http/input/page-query.js';
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
