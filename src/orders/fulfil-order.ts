import { Injectable, Logger } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { addDays, Clock } from '../kernel/clock.js';
import { NO_CREDITS } from '../kernel/credits.js';
import { invariant } from '../kernel/invariant.js';
import type { Source } from '../ledger/book/model.js';
import { decideGrant } from '../ledger/decisions/grant.js';
import { Ledger } from '../ledger/ledger.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import { isPaymentOf, type Payment } from './is-payment-of.js';
import { OpenFeatures } from './open-features.js';
import type { Order } from './order.entity.js';
import { toOrderAnswer } from './orders.dto.js';
import { lockOrder, storePayment } from './orders.store.js';

/**
 * Gives what was bought, once per payment: the credits that the order holds, whatever was charged, and its features.
 * The grant is keyed on the payment intent, or on the checkout session where nothing had to be paid. Locks the account,
 * then the order, and tells of it; returns the order as it was before.
 */
@Injectable()
export class FulfilOrder {
  private readonly log = new Logger(FulfilOrder.name);

  constructor(
    private readonly ledger: Ledger,
    private readonly clock: Clock,
    private readonly openFeatures: OpenFeatures,
    private readonly record: RecordDomainEvent,
  ) {}

  async run(tx: Tx, { id, accountId }: Pick<Order, 'id' | 'accountId'>, payment: Payment): Promise<Order> {
    const purchase = purchaseOf(payment);
    const book = await this.ledger.open(tx, accountId, { purchases: [purchase] });
    const order = await lockOrder(tx, id);
    assertPaidOnce(order, payment, purchase);
    if (order.chargedMinor !== null) return order;
    const { validityDays } = order.product;
    const { chargedMinor, taxMinor, stripePaymentIntentId, stripeCheckoutSessionId } = payment;
    const currency = payment.currency ?? order.currency;
    const grant =
      order.credits === NO_CREDITS
        ? undefined
        : decideGrant(book, {
            amount: order.credits,
            category: 'paid',
            source: purchase,
            expiresAt: validityDays === null ? null : addDays(book.now, validityDays),
            costBasis: { amountMinor: chargedMinor, currency },
          });
    await this.ledger.write(tx, book);
    const paid = { chargedMinor, taxMinor, currency, stripePaymentIntentId, purchase };
    // The page is not known yet when the process died between opening it and noting it.
    const known = { stripeCheckoutSessionId, grantId: grant?.id ?? null };
    await storePayment(tx, order, { ...paid, ...known }, this.clock.now());
    const fulfilled = await lockOrder(tx, id);
    await this.openFeatures.run(tx, fulfilled);
    await this.record.run(tx, { type: 'order.fulfilled', accountId, data: toOrderAnswer(fulfilled), cause: id });
    this.log.log(`order ${id} is fulfilled`);
    return order;
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
