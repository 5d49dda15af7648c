import { Injectable } from '@nestjs/common';
import { assertOwnPayment, type Order } from '../checkout/order.js';
import { OrdersQueries } from '../checkout/orders.queries.js';
import type { Tx } from '../database/database.js';
import { invariant } from '../kernel/invariant.js';
import { SettleMoneyBack } from '../refunds/settle-money-back.js';
import type { Fact } from '../stripe/facts.js';
import { StripeGateway } from '../stripe/stripe-gateway.js';
import { StripeReturnsGateway } from '../stripe/stripe-returns-gateway.js';
import { CustomerFacts } from './customer-facts.js';
import { PaymentFacts } from './payment-facts.js';

/** What remains to be written, when everything was fetched. It may be run in any transaction, any number of times. */
export type SettlementWrite = (tx: Tx) => Promise<void>;

/**
 * Turns facts of Stripe into verbs of ours. What a fact is about is fetched anew, before any transaction; what was
 * fetched wins over what any event said, so events may come late, twice, out of order and at once.
 */
@Injectable()
export class Settlement {
  constructor(
    private readonly orders: OrdersQueries,
    private readonly stripe: StripeGateway,
    private readonly returns: StripeReturnsGateway,
    private readonly payments: PaymentFacts,
    private readonly customers: CustomerFacts,
    private readonly settleMoneyBack: SettleMoneyBack,
  ) {}

  /**
   * Fetches what the fact is about and answers the write that follows from it, or undefined when it is none of our
   * business. Must not be called in a transaction. @throws StripeUnavailable, StripeRefused
   */
  async prepare(fact: Fact): Promise<SettlementWrite | undefined> {
    switch (fact.kind) {
      case 'checkout-changed':
        return this.payments.checkoutChanged(fact.stripeCheckoutSessionId);
      case 'payment-changed':
        return this.payments.paymentChanged(fact.stripePaymentIntentId, fact.orderId);
      case 'customer-changed':
        return this.customers.customerChanged(fact.stripeCustomerId);
      case 'refunds-changed':
        return this.prepareRefunds(fact.stripePaymentIntentId);
      case 'ignored':
        return undefined;
    }
  }

  private async prepareRefunds(stripePaymentIntentId: string): Promise<SettlementWrite | undefined> {
    const order =
      (await this.orders.findByPayment(stripePaymentIntentId)) ?? (await this.findByMetadata(stripePaymentIntentId));
    if (order === undefined) return undefined;
    const refunds = await this.returns.listRefunds(stripePaymentIntentId);
    const moneyBack = { orderId: order.id, accountId: order.accountId, stripePaymentIntentId, refunds };
    return (tx) => this.settleMoneyBack.run(tx, moneyBack);
  }

  /**
   * A refund can be known before the payment: then the payment itself names the order. Anybody may have written that
   * name, so the payment must be the one that the order's own page has taken. Money of another one must be seen, not
   * settled.
   */
  private async findByMetadata(stripePaymentIntentId: string): Promise<Order | undefined> {
    const { orderId } = await this.stripe.fetchPayment(stripePaymentIntentId);
    const order = orderId === null ? undefined : await this.orders.find(orderId);
    if (order === undefined) return undefined;
    if (order.purchase === null) await this.assertTakenByPage(order, stripePaymentIntentId);
    assertOwnPayment(order, stripePaymentIntentId);
    return order;
  }

  private async assertTakenByPage(order: Order, stripePaymentIntentId: string): Promise<void> {
    const { id, stripeCheckoutSessionId: page } = order;
    // The event of the checkout brings it at the latest; this one is tried again until then.
    invariant(page !== null, `payment ${stripePaymentIntentId} names order ${id}, whose page is not known yet`);
    const checkout = await this.stripe.fetchCheckout(page);
    invariant(
      checkout.stripePaymentIntentId === stripePaymentIntentId,
      `payment ${stripePaymentIntentId} is not that of order ${id}`,
    );
  }
}
