import { Injectable, Logger } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { addDays, Clock } from '../kernel/clock.js';
import { NO_CREDITS } from '../kernel/credits.js';
import { invariant } from '../kernel/invariant.js';
import type { Grant, Source } from '../ledger/book/model.js';
import { decideGrant } from '../ledger/decisions/grant.js';
import { Ledger } from '../ledger/ledger.js';
import { isPaymentOf, type Payment } from './is-payment-of.js';
import { OpenFeatures } from './open-features.js';
import { lockOrder, type Order } from './order.js';
import { statusAfterPayment } from './order-lifecycle.js';

/**
 * Gives what was bought, once per payment: the credits that the order holds, whatever was charged, and its features.
 * The grant is keyed on the payment intent, or on the checkout session where nothing had to be paid. Locks the account,
 * then the order; answers the order as it was before.
 */
@Injectable()
export class FulfilOrder {
  private readonly log = new Logger(FulfilOrder.name);

  constructor(
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    private readonly openFeatures: OpenFeatures,
  ) {}

  async run(tx: Tx, { id, accountId }: Pick<Order, 'id' | 'accountId'>, payment: Payment): Promise<Order> {
    const purchase = purchaseOf(payment);
    const book = await this.ledger.open(tx, accountId, { purchases: [purchase] });
    const order = await lockOrder(tx, id);
    assertPaidOnce(order, payment, purchase);
    if (order.chargedMinor !== null) return order;
    const { validityDays } = order.product;
    const grant =
      order.credits === NO_CREDITS
        ? undefined
        : decideGrant(book, {
            amount: order.credits,
            category: 'paid',
            source: purchase,
            expiresAt: validityDays === null ? null : addDays(book.now, validityDays),
            costBasis: { amountMinor: payment.chargedMinor, currency: payment.currency ?? order.currency },
          });
    await this.ledger.write(tx, book);
    await this.markFulfilled(tx, order, { payment, purchase, grant });
    await this.openFeatures.run(tx, await lockOrder(tx, id));
    this.log.log(`order ${id} is fulfilled`);
    return order;
  }

  private async markFulfilled(
    tx: Tx,
    order: Order,
    { payment, purchase, grant }: { payment: Payment; purchase: Source; grant: Grant | undefined },
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
        payment.chargedMinor.toString(),
        payment.currency ?? order.currency,
        payment.stripePaymentIntentId,
        purchase.type,
        purchase.id,
        grant?.id ?? null,
        this.clock.now(),
        // Not known yet when the process died between opening the page and noting it.
        payment.stripeCheckoutSessionId,
      ],
    );
  }
}

function purchaseOf(payment: Payment): Source {
  const { stripeCheckoutSessionId: page, stripePaymentIntentId: intent } = payment;
  if (page !== null && intent === null) return { type: 'checkout_session', id: page };
  invariant(intent !== null, 'a payment without a page is a payment intent');
  return { type: 'payment_intent', id: intent };
}

/**
 * An order is paid in one place, with one payment. Another one is money that nobody expected: it must be seen, not
 * lost. So must one in a form that somebody at Stripe has made smaller; on a page there are codes and taxes, and
 * nothing to change.
 */
function assertPaidOnce(order: Order, payment: Payment, purchase: Source): void {
  const { purchase: known } = order;
  invariant(isPaymentOf(order, payment), `order ${order.id} was paid on a page that is not its own`);
  invariant(known === null || known.id === purchase.id, `order ${order.id} was paid twice`);
  invariant(
    order.channel !== 'payment_intent' || isPaidInFull(order, payment),
    `order ${order.id} was not paid in full`,
  );
}

function isPaidInFull(order: Order, { chargedMinor, currency }: Payment): boolean {
  return order.chargedMinor !== null || (chargedMinor >= order.offerAmountMinor && currency === order.currency);
}
