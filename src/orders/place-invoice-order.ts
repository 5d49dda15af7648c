import { Inject, Injectable } from '@nestjs/common';
import type { Offer } from '../catalog/offer.js';
import { RUNTIME, type Runtime } from '../config/config.module.js';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { credits } from '../kernel/credits.js';
import { newId } from '../kernel/ids.js';
import { invariant } from '../kernel/invariant.js';
import type { Source } from '../ledger/book/model.js';
import type { StripeInvoice } from '../stripe/objects/billing-objects.js';
import { insertOrder } from './insert-order.js';
import { lockOrder, ORDER_COLUMNS, type Order, type OrderRow, toOrder } from './order.js';
import { statusAfterPayment } from './order-lifecycle.js';
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
    const known = await findByInvoice(tx, command.invoice.stripeInvoiceId);
    if (known !== undefined) return known;
    const order = (await this.findByCheckout(tx, command)) ?? (await this.insert(tx, command));
    await this.markPaid(tx, order, command.invoice);
    await notePayments(tx, order.id, command.invoice, this.clock.now());
    return lockOrder(tx, order.id);
  }

  /** Anybody may have written an order's id into a subscription: it must be one of this account for this plan. */
  private async findByCheckout(tx: Tx, command: InvoiceOrderCommand): Promise<Order | undefined> {
    const { checkoutOrderId, invoice, accountId, productKey } = command;
    if (invoice.reason !== 'create' || checkoutOrderId === null) return undefined;
    const [row]: OrderRow[] = await tx.query(`select ${ORDER_COLUMNS} from orders where id = $1 for update`, [
      checkoutOrderId,
    ]);
    const order = row === undefined ? undefined : toOrder(row);
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
          credits: credits(0),
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

  private async markPaid(tx: Tx, order: Order, invoice: StripeInvoice): Promise<void> {
    const purchase = purchaseOf(invoice);
    await tx.query(
      `update orders
       set status = $2,
           charged_minor = $3,
           currency = $4,
           payment_intent_id = $5,
           source_type = $6,
           source_id = $7,
           credits = 0,
           stripe_subscription_id = $8,
           stripe_invoice_id = $9,
           billing_reason = $10,
           fulfilled_at = $11,
           updated_at = $11
       where id = $1`,
      [
        order.id,
        statusAfterPayment(order.status, 'paid'),
        invoice.paidMinor.toString(),
        invoice.currency,
        invoice.stripePaymentIntentIds[0] ?? null,
        purchase.type,
        purchase.id,
        invoice.stripeSubscriptionId,
        invoice.stripeInvoiceId,
        invoice.reason,
        this.clock.now(),
      ],
    );
  }
}

/** What the grants of an invoice are keyed on: its payment, or the invoice itself where there was nothing to pay. */
export function purchaseOf({ stripeInvoiceId, stripePaymentIntentIds: [intent] }: StripeInvoice): Source {
  return intent === undefined ? { type: 'invoice', id: stripeInvoiceId } : { type: 'payment_intent', id: intent };
}

async function findByInvoice(tx: Tx, stripeInvoiceId: string): Promise<Order | undefined> {
  const [row]: OrderRow[] = await tx.query(
    `select ${ORDER_COLUMNS} from orders where stripe_invoice_id = $1 for update`,
    [stripeInvoiceId],
  );
  return row === undefined ? undefined : toOrder(row);
}

/** An invoice can be paid with several payments; the order is known by the first. */
async function notePayments(tx: Tx, orderId: string, invoice: StripeInvoice, now: Date): Promise<void> {
  invariant(invoice.status === 'paid', `invoice ${invoice.stripeInvoiceId} is paid`);
  await tx.query(
    `insert into invoice_payments (stripe_payment_intent_id, stripe_invoice_id, order_id, recorded_at)
     select intent, $2, $3, $4
     from unnest($1::text[]) intent
     on conflict (stripe_payment_intent_id, stripe_invoice_id) do nothing`,
    [invoice.stripePaymentIntentIds, invoice.stripeInvoiceId, orderId, now],
  );
}
