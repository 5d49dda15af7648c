import { Inject, Injectable } from '@nestjs/common';
import type { Offer } from '../catalog/offer.js';
import { RUNTIME, type Runtime } from '../config/config.module.js';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { NO_CREDITS } from '../kernel/credits.js';
import { newId } from '../kernel/ids.js';
import { invariant } from '../kernel/invariant.js';
import type { Source } from '../ledger/book/model.js';
import type { StripeInvoice } from '../stripe/objects/billing-objects.js';
import type { Order } from './order.entity.js';
import { insertOrder, lockOrder, lockOrderBy, storeInvoicePayments, storePayment } from './orders.store.js';
import { newReturnAddresses } from './return-addresses.js';

export interface InvoiceOrderCommand {
  accountId: string;
  productKey: string;
  product: Offer;
  /** A paid one. */
  invoice: StripeInvoice;
  /** The order that the subscription's checkout was made for; null when it was begun elsewhere. */
  checkoutOrderId: string | null;
  livemode: boolean;
}

/**
 * Makes the order of a paid invoice, once however often it is asked, so that what is charged by subscription can be
 * looked at, refunded and disputed like everything else. The first invoice is that of the order whose checkout began
 * the subscription. An order gets its credits as they are granted. The account must be locked; locks the order.
 */
@Injectable()
export class PlaceInvoiceOrder {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly clock: Clock,
  ) {}

  async run(tx: Tx, command: InvoiceOrderCommand): Promise<Order> {
    const { invoice } = command;
    const known = await lockOrderBy(tx, { stripeInvoiceId: invoice.stripeInvoiceId });
    if (known !== undefined) return known;
    const order = (await this.findByCheckout(tx, command)) ?? (await this.insert(tx, command));
    invariant(invoice.status === 'paid', `invoice ${invoice.stripeInvoiceId} is paid`);
    const now = this.clock.now();
    await storePayment(tx, order, paymentBy(invoice), now);
    await storeInvoicePayments(tx, order.id, invoice, now);
    return lockOrder(tx, order.id);
  }

  /** Anybody may have written an order's id into a subscription: it must be one of this account for this plan. */
  private async findByCheckout(tx: Tx, command: InvoiceOrderCommand): Promise<Order | undefined> {
    const { checkoutOrderId, invoice, accountId, productKey } = command;
    if (invoice.reason !== 'create' || checkoutOrderId === null) return undefined;
    const order = await lockOrderBy(tx, { id: checkoutOrderId });
    const isOwn = order?.accountId === accountId && order.productKey === productKey && order.chargedMinor === null;
    return isOwn ? order : undefined;
  }

  private async insert(
    tx: Tx,
    { accountId, productKey, product, invoice, livemode }: InvoiceOrderCommand,
  ): Promise<Order> {
    const { publicUrl } = this.runtime;
    const now = this.clock.now();
    const id = newId('ord', now);
    const { currency, subtotalMinor } = invoice;
    await insertOrder(
      tx,
      {
        id,
        accountId,
        channel: 'subscription',
        sale: {
          productKey,
          product,
          quantity: 1,
          credits: NO_CREDITS,
          amountMinor: subtotalMinor > 0n ? subtotalMinor : 0n,
          currency,
        },
        options: { promotionCodes: false, automaticTax: false, taxIds: false, terms: false, receiptEmail: null },
        livemode,
        ...newReturnAddresses(publicUrl, id),
        ofInvoice: invoice,
      },
      now,
    );
    return lockOrder(tx, id);
  }
}

/** What the grants of an invoice are keyed on: its payment, or the invoice itself where there was nothing to pay. */
export function purchaseOf({ stripeInvoiceId, stripePaymentIntentIds: [intent] }: StripeInvoice): Source {
  return intent === undefined ? { type: 'invoice', id: stripeInvoiceId } : { type: 'payment_intent', id: intent };
}

/** Its credits are granted month by month, each of which makes the order grow. */
function paymentBy(invoice: StripeInvoice) {
  return {
    chargedMinor: invoice.paidMinor,
    taxMinor: invoice.taxMinor,
    currency: invoice.currency,
    stripePaymentIntentId: invoice.stripePaymentIntentIds[0] ?? null,
    purchase: purchaseOf(invoice),
    credits: NO_CREDITS,
    stripeSubscriptionId: invoice.stripeSubscriptionId,
    stripeInvoiceId: invoice.stripeInvoiceId,
    billingReason: invoice.reason,
  };
}
