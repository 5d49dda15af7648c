import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { invariant } from '../../kernel/invariant.js';
import { orderIdOfInvoice } from '../../orders/orders.queries.js';
import { PlaceInvoiceOrder, purchaseOf } from '../../orders/place-invoice-order.js';
import { isCharge, type StripeInvoice } from '../../stripe/objects/billing-objects.js';
import type { Subscription } from '../mirror/subscription.entity.js';
import { storeCarried } from '../subscriptions.store.js';
import { type AllowanceOrigin, scheduleAllowances, storeCutOff, takeOff } from './allowances.store.js';
import { type LesserAllowance, paidBackBefore } from './months-taken-off.js';
import { isReadWithoutOrder, storeReadWithoutOrder } from './orderless-invoices.js';
import { isPaidBeforeAdoption } from './paid-before-adoption.js';
import { readInvoice, readPaidBack, withUncovered } from './read-invoice.js';

export interface InvoiceToRecord {
  subscription: Subscription;
  /** A paid one. */
  invoice: StripeInvoice;
  /** Those that were paid before it, and are recorded. */
  paidBefore: readonly StripeInvoice[];
  checkoutOrderId: string | null;
}

/**
 * Records what a paid invoice is to give, once, with its order. Nothing is granted yet. What it gives depends on what
 * was given before, so invoices are recorded in the order in which they were paid. What it gives the money back for is
 * taken off once as well: one that charges for no plan makes no order, so that it was read is stored by itself. What is
 * carried from one to the next is changed with each of them. The account and the subscription must be locked.
 */
@Injectable()
export class RecordInvoice {
  constructor(
    private readonly clock: Clock,
    private readonly placeOrder: PlaceInvoiceOrder,
  ) {}

  /** Returns the id of the order that was made now; undefined where there was one, or none is made. */
  async run(tx: Tx, toRecord: InvoiceToRecord): Promise<string | undefined> {
    const { subscription, invoice, paidBefore, checkoutOrderId } = toRecord;
    if (invoice.reason === 'other' || (await isPaidBeforeAdoption(tx, subscription, invoice))) return undefined;
    const { accountId, livemode } = subscription;
    if ((await orderIdOfInvoice(tx, invoice.stripeInvoiceId)) !== undefined) return undefined;
    if (await isReadWithoutOrder(tx, invoice)) return undefined;
    const read = await readInvoice(tx, subscription, invoice, paidBefore);
    const { offers, allowances, takenOff, cutOff } = read;
    const now = this.clock.now();
    for (const lesser of takenOff) await takeOff(tx, lesser, now);
    if (cutOff !== undefined) await storeCutOff(tx, cutOff.ids, cutOff.at, now);
    await storeCarried(tx, subscription.stripeSubscriptionId, read);
    const charged = invoice.lines
      .filter(isCharge)
      .flatMap(({ plan }) => (plan !== null && offers.has(plan) ? plan : []));
    if (charged.length === 0) {
      await storeReadWithoutOrder(tx, invoice);
      return undefined;
    }
    const productKey = allowances[0]?.plan ?? charged[0] ?? subscription.plan;
    const product = offers.get(productKey);
    invariant(product !== undefined, `plan ${productKey} has terms`);
    const command = { accountId, productKey, product, invoice, checkoutOrderId, livemode };
    const order = await this.placeOrder.run(tx, command);
    await scheduleAllowances(tx, originOf(subscription, invoice, order.id), allowances, now);
    const uncovered: LesserAllowance[] = [];
    for (const by of paidBackBefore(invoice, paidBefore)) {
      const paidBack = await readPaidBack(tx, subscription, { of: invoice, by, paidBefore });
      for (const lesser of paidBack) await takeOff(tx, lesser, now);
      uncovered.push(...paidBack);
    }
    if (uncovered.length > 0) await storeCarried(tx, subscription.stripeSubscriptionId, withUncovered(read, uncovered));
    return order.id;
  }
}

function originOf(
  { accountId, stripeSubscriptionId }: Subscription,
  invoice: StripeInvoice,
  orderId: string,
): AllowanceOrigin {
  const { stripeInvoiceId, currency, paidAt, createdAt } = invoice;
  const purchase = purchaseOf(invoice);
  return { accountId, stripeSubscriptionId, orderId, stripeInvoiceId, currency, paidAt: paidAt ?? createdAt, purchase };
}
