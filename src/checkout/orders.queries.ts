import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { cursorKeyOf, type PageQuery } from '../http/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { OrderNotFound } from './checkout.problems.js';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from './order.js';
import { PAID_WITH } from './paid-with.js';

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

  /** Orders newest first, by their sortable ids; of one account, or of all. */
  async list<T>(page: PageQuery & { accountId?: string }, map: (order: Order) => T): Promise<Page<T>> {
    const after = cursorKeyOf(page, /^ord_[0-9a-z]{26}$/);
    const rows = await this.database.query<OrderRow>(
      `select ${ORDER_COLUMNS}
       from orders
       where ($1::text is null or account_id = $1)
         and ($2::text is null or id < $2)
       order by id desc
       limit $3`,
      [page.accountId ?? null, after ?? null, page.limit + 1],
    );
    return pageOf(rows.map(toOrder), page.limit, (order) => order.id, map);
  }
}
