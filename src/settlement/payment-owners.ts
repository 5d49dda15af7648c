import { Injectable } from '@nestjs/common';
import { PaymentLinksQueries } from '../checkout/payment-links/payment-links.queries.js';
import { invariant } from '../kernel/invariant.js';
import { assertOwnPayment, isPaymentOf } from '../orders/is-payment-of.js';
import type { Order } from '../orders/order.entity.js';
import { OrdersQueries } from '../orders/orders.queries.js';
import { StripeBilling } from '../stripe/billing/billing.gateway.js';
import type { StripePayment } from '../stripe/objects/sale-objects.js';
import { StripeGateway } from '../stripe/selling/selling.gateway.js';
import { BillingNow } from '../subscriptions/billing-now.js';

/** The payment is for an order that is not known yet: the fact of the payment itself will say which. */
export const NOT_KNOWN_YET = 'not-known-yet';

/**
 * Says which order a payment is for. Anybody may have written an order's name into a payment, so an order that is not
 * paid yet must be one that this payment was made for. Money of another one must be seen, not settled.
 */
@Injectable()
export class PaymentOwners {
  constructor(
    private readonly orders: OrdersQueries,
    private readonly links: PaymentLinksQueries,
    private readonly stripe: StripeGateway,
    private readonly billing: StripeBilling,
    private readonly billingNow: BillingNow,
  ) {}

  /** Undefined when the payment is for no order here. */
  async find(stripePaymentIntentId: string): Promise<Order | typeof NOT_KNOWN_YET | undefined> {
    const known = await this.orders.findByPayment(stripePaymentIntentId);
    if (known !== undefined) return this.ofThisMode(known);
    const payment = await this.stripe.fetchPayment(stripePaymentIntentId);
    if (payment.orderId === null) return (await this.findByLink(payment)) ?? this.findBySubscription(payment);
    const order = await this.orders.find(payment.orderId);
    if (order === undefined) return undefined;
    assertOwnPayment(order, stripePaymentIntentId);
    return (await this.isMadeFor(order, payment)) ? this.ofThisMode(order) : NOT_KNOWN_YET;
  }

  /** Each payment of a link becomes an order of its own, once its checkout session is known. */
  private async findByLink({ paymentLinkId }: StripePayment): Promise<typeof NOT_KNOWN_YET | undefined> {
    return paymentLinkId !== null && (await this.links.has(paymentLinkId)) ? NOT_KNOWN_YET : undefined;
  }

  /** Neither a payment nor its charge says that it is for an invoice: the invoice says it. */
  private async findBySubscription({
    stripePaymentIntentId,
  }: StripePayment): Promise<typeof NOT_KNOWN_YET | undefined> {
    const stripeSubscriptionId = await this.billing.findSubscriptionOf(stripePaymentIntentId);
    if (stripeSubscriptionId === null) return undefined;
    return (await this.billingNow.fetch(stripeSubscriptionId)) === undefined ? undefined : NOT_KNOWN_YET;
  }

  /** False while the order's page is not known, which the event of the checkout brings at the latest. */
  private async isMadeFor(order: Order, payment: StripePayment): Promise<boolean> {
    const { channel, stripeCheckoutSessionId: page } = order;
    if (channel !== 'payment_intent' && page === null) return false;
    const isOwn =
      page === null
        ? isPaymentOf(order, payment)
        : (await this.stripe.fetchCheckout(page)).stripePaymentIntentId === payment.stripePaymentIntentId;
    invariant(isOwn, `payment ${payment.stripePaymentIntentId} is not that of order ${order.id}`);
    return true;
  }

  /**
   * A service that was given the key of the other mode keeps its orders, and must not settle them with what it sees
   * now.
   */
  private ofThisMode(order: Order): Order {
    const mode = this.stripe.livemode ? 'live' : 'test';
    invariant(order.livemode === this.stripe.livemode, `order ${order.id} was not made in ${mode} mode`);
    return order;
  }
}
