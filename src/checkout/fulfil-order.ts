import { Injectable, Logger } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { addDays, Clock } from '../kernel/clock.js';
import { invariant } from '../kernel/invariant.js';
import { decideGrant } from '../ledger/decisions/grant.js';
import { Ledger } from '../ledger/ledger.js';
import type { Grant, Source } from '../ledger/model.js';
import type { StripeCheckout } from '../stripe/stripe-objects.js';
import { lockOrder, type Order } from './order.js';
import { statusAfterPayment } from './order-lifecycle.js';
import { isPageOf } from './own-page.js';

/**
 * Gives what was bought, once per payment: the credits that the order holds, whatever was charged. The grant is keyed on
 * the payment intent, or on the checkout session where nothing had to be paid. Locks the account, then the order; answers
 * the order as it was before.
 */
@Injectable()
export class FulfilOrder {
  private readonly log = new Logger(FulfilOrder.name);

  constructor(
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  async run(tx: Tx, { id, accountId }: Pick<Order, 'id' | 'accountId'>, checkout: StripeCheckout): Promise<Order> {
    const purchase = purchaseOf(checkout);
    const book = await this.ledger.open(tx, accountId, { purchases: [purchase] });
    const order = await lockOrder(tx, id);
    assertPaidOnce(order, checkout, purchase);
    if (order.grantId !== null) return order;
    const { validityDays } = order.product;
    const grant = decideGrant(book, {
      amount: order.credits,
      category: 'paid',
      source: purchase,
      expiresAt: validityDays === null ? null : addDays(book.now, validityDays),
      costBasis: { amountMinor: checkout.chargedMinor, currency: checkout.currency ?? order.currency },
    });
    await this.ledger.write(tx, book);
    await this.markFulfilled(tx, order, { checkout, purchase, grant });
    this.log.log(`order ${id} is fulfilled`);
    return order;
  }

  private async markFulfilled(
    tx: Tx,
    order: Order,
    { checkout, purchase, grant }: { checkout: StripeCheckout; purchase: Source; grant: Grant },
  ): Promise<void> {
    await tx.query(
      `update orders
       set status = $2,
           charged_minor = $3,
           currency = $4,
           payment_intent_id = $5,
           checkout_session_id = $10,
           source_type = $6,
           source_id = $7,
           grant_id = $8,
           fulfilled_at = $9,
           updated_at = $9
       where id = $1`,
      [
        order.id,
        statusAfterPayment(order.status, 'paid'),
        checkout.chargedMinor.toString(),
        checkout.currency ?? order.currency,
        checkout.stripePaymentIntentId,
        purchase.type,
        purchase.id,
        grant.id,
        this.clock.now(),
        // Not known yet when the process died between opening the page and noting it.
        checkout.stripeCheckoutSessionId,
      ],
    );
  }
}

function purchaseOf({ stripePaymentIntentId, stripeCheckoutSessionId }: StripeCheckout): Source {
  return stripePaymentIntentId === null
    ? { type: 'checkout_session', id: stripeCheckoutSessionId }
    : { type: 'payment_intent', id: stripePaymentIntentId };
}

/** An order is paid on one page, with one payment. Another one is money that nobody expected: it must be seen, not lost. */
function assertPaidOnce(order: Order, checkout: StripeCheckout, purchase: Source): void {
  const { purchase: known } = order;
  invariant(isPageOf(order, checkout), `order ${order.id} was paid on a page that is not its own`);
  invariant(known === null || known.id === purchase.id, `order ${order.id} was paid twice`);
}
