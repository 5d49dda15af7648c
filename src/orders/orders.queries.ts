import { Injectable } from '@nestjs/common';
import { And, type FindOperator, In, MoreThan, Raw } from 'typeorm';
import type { ProductKind } from '../catalog/product.entity.js';
import { before, given, within } from '../database/conditions.js';
import { Database, type Tx } from '../database/database.js';
import { cursorKeyOf, type SpanQuery, spanOf } from '../http/input/page-query.js';
import { type Page, pageOf } from '../kernel/keyset-page.js';
import { Order, type ProductSnapshot } from './order.entity.js';
import type { OrderStatus } from './order-lifecycle.js';
import { OrderNotFound } from './orders.problems.js';
import { PAID_WITH } from './payments-of.js';

/** As many are read at once where all are walked through. */
const ORDERS_A_READ = 1_000;

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

@Injectable()
export class OrdersQueries {
  constructor(private readonly database: Database) {}

  find(orderId: string): Promise<Order | undefined> {
    return findOrder(this.manager, orderId);
  }

  /** @throws OrderNotFound */
  async require(orderId: string): Promise<Order> {
    const order = await this.find(orderId);
    if (order === undefined) throw new OrderNotFound({ orderId });
    return order;
  }

  /** The order that was paid with this payment intent, or with others and this one, as far as that is known yet. */
  async findByPayment(stripePaymentIntentId: string): Promise<Order | undefined> {
    return (await this.manager.findOneBy(Order, { id: paidWith(stripePaymentIntentId) })) ?? undefined;
  }

  /** The order that is paid on this page. */
  findByCheckout(stripeCheckoutSessionId: string): Promise<Order | undefined> {
    return findOrderOfCheckout(this.manager, stripeCheckoutSessionId);
  }

  /** The orders that were paid on these pages, oldest first. */
  async idsOfCheckouts(stripeCheckoutSessionIds: readonly string[]): Promise<string[]> {
    const orders = await this.manager.find(Order, {
      select: { id: true },
      where: { stripeCheckoutSessionId: In(stripeCheckoutSessionIds) },
      order: { id: 'asc' },
    });
    return orders.map(({ id }) => id);
  }

  /** The account's orders of plans that wait to be paid on a page, newest first. */
  waitingForPlans(accountId: string, livemode: boolean): Promise<Order[]> {
    return this.manager.find(Order, {
      where: { accountId, livemode, channel: 'checkout_session', product: ofKind('plan'), status: 'pending' },
      order: { id: 'desc' },
    });
  }

  /** Orders newest first, by their sortable ids; all of them, or those that every filter names. */
  async list<T>(page: SpanQuery & OrderFilter, map: (order: Order) => T): Promise<Page<T>> {
    const { kind, paymentIntentId } = page;
    const ids = [
      before(cursorKeyOf(page, /^ord_[0-9a-z]{26}$/)),
      paymentIntentId === undefined ? undefined : paidWith(paymentIntentId),
    ].filter((condition) => condition !== undefined);
    const orders = await this.manager.find(Order, {
      where: given<Order>({
        accountId: page.accountId,
        status: page.status,
        product: kind === undefined ? undefined : ofKind(kind),
        stripeCheckoutSessionId: page.checkoutSessionId,
        stripeSubscriptionId: page.subscriptionId,
        stripeInvoiceId: page.invoiceId,
        paymentLinkId: page.paymentLinkId,
        createdAt: within(spanOf(page)),
        id: ids.length === 0 ? undefined : And(...ids),
      }),
      order: { id: 'desc' },
      take: page.limit + 1,
    });
    return pageOf(orders, page.limit, (order) => order.id, map);
  }

  /** All that were made in a span, oldest first by their sortable ids, a piece at a time: memory stays flat. */
  async *walk(span: { from: Date; to: Date }): AsyncGenerator<Order[]> {
    for (let after = ''; ; ) {
      const orders = await this.manager.find(Order, {
        where: { createdAt: within(span), id: MoreThan(after) },
        order: { id: 'asc' },
        take: ORDERS_A_READ,
      });
      const last = orders.at(-1);
      if (last === undefined) return;
      yield orders;
      after = last.id;
    }
  }

  private get manager(): Tx {
    return this.database.dataSource.manager;
  }
}

/** An order as the transaction sees it. Not locked. */
export async function findOrder(tx: Tx, orderId: string): Promise<Order | undefined> {
  return (await tx.findOneBy(Order, { id: orderId })) ?? undefined;
}

/** Whether an account has ever placed an order, paid or not. */
export function hasOrdered(tx: Tx, accountId: string): Promise<boolean> {
  return tx.existsBy(Order, { accountId });
}

/** The order that is paid on this page. Not locked. */
export async function findOrderOfCheckout(tx: Tx, stripeCheckoutSessionId: string): Promise<Order | undefined> {
  return (await tx.findOneBy(Order, { stripeCheckoutSessionId })) ?? undefined;
}

/** The id of the order that was made of an invoice; undefined while none was. */
export async function orderIdOfInvoice(tx: Tx, stripeInvoiceId: string): Promise<string | undefined> {
  return (await tx.findOne(Order, { select: { id: true }, where: { stripeInvoiceId } }))?.id;
}

/** Where the money of every order of a subscription stands. */
export function moneyOfSubscription(
  tx: Tx,
  stripeSubscriptionId: string,
): Promise<Pick<Order, 'id' | 'status' | 'lapsedCredits'>[]> {
  return tx.find(Order, { select: { id: true, status: true, lapsedCredits: true }, where: { stripeSubscriptionId } });
}

/** A condition, in SQL, that not all of the money is back of the order that the expression gives the id of. */
export function notRefunded(orderId: string): string {
  return `not exists (
    select
    from orders
    where orders.id = ${orderId}
      and orders.status = 'refunded')`;
}

/** What was sold when the order was made, whatever the product is now. */
function ofKind(kind: ProductKind): FindOperator<ProductSnapshot> {
  return Raw((snapshot) => `${snapshot} ->> 'kind' = :kind`, { kind });
}

/** Of the orders that this payment has paid. */
function paidWith(stripePaymentIntentId: string): FindOperator<string> {
  const paid = PAID_WITH.replaceAll('$1', ':intents');
  return Raw((id) => `${id} in (select order_id from (${paid}) paid)`, { intents: [stripePaymentIntentId] });
}
