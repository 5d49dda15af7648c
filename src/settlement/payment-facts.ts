import { Injectable } from '@nestjs/common';
import { PaymentLinksQueries } from '../checkout/payment-links/payment-links.queries.js';
import { PlaceLinkOrder } from '../checkout/payment-links/place-link-order.js';
import { Clock } from '../kernel/clock.js';
import { isPaymentOf } from '../orders/is-payment-of.js';
import type { Order } from '../orders/order.entity.js';
import { OrdersQueries } from '../orders/orders.queries.js';
import { linkSubscription } from '../orders/orders.store.js';
import type { StripeCheckout, StripeLinkOrigin } from '../stripe/objects/sale-objects.js';
import { StripeGateway } from '../stripe/selling/selling.gateway.js';
import { SettleCheckout } from './settle-checkout.js';
import { SETTLED, type SettlementWrite } from './settlement-write.js';

/**
 * Facts about payments: fetches what they are about, and returns the write that follows; undefined when the payment is
 * for no order here.
 */
@Injectable()
export class PaymentFacts {
  constructor(
    private readonly orders: OrdersQueries,
    private readonly links: PaymentLinksQueries,
    private readonly stripe: StripeGateway,
    private readonly placeLinkOrder: PlaceLinkOrder,
    private readonly settleCheckout: SettleCheckout,
    private readonly clock: Clock,
  ) {}

  /** Which order it is about, too, is what Stripe says now. */
  async checkoutChanged(stripeCheckoutSessionId: string): Promise<SettlementWrite | undefined> {
    return this.settle(await this.stripe.fetchCheckout(stripeCheckoutSessionId));
  }

  /**
   * Stripe says of one purchase that its session is complete and that its payment has succeeded: both lead to the
   * session. Only an order that is paid in a form of the app's own is settled by the payment itself.
   */
  async paymentChanged(stripePaymentIntentId: string, orderId: string | null): Promise<SettlementWrite | undefined> {
    if (orderId === null) return this.settleLinkPayment(stripePaymentIntentId);
    const order = await this.orders.find(orderId);
    if (order === undefined) return undefined;
    if (order.channel === 'payment_intent') return this.settleForm(order, stripePaymentIntentId);
    if (order.chargedMinor !== null) return SETTLED;
    const { stripeCheckoutSessionId: page } = order;
    return page === null ? this.pagePaid(stripePaymentIntentId) : this.checkoutChanged(page);
  }

  private async settle(checkout: StripeCheckout): Promise<SettlementWrite | undefined> {
    const { orderId, link } = checkout;
    if (link !== null) return this.settleLinkOrder(checkout, link);
    const order = orderId === null ? undefined : await this.orders.find(orderId);
    if (order === undefined) return undefined;
    const { isSubscription, state, stripeSubscriptionId: begun } = checkout;
    if (!isSubscription || state !== 'paid') return this.settleCheckout.prepare(checkout, async () => order);
    if (begun === null || !isPaymentOf(order, checkout)) return SETTLED;
    return (tx) => linkSubscription(tx, order.id, begun, this.clock.now());
  }

  private async settleForm(order: Order, stripePaymentIntentId: string): Promise<SettlementWrite> {
    const payment = await this.stripe.fetchPayment(stripePaymentIntentId);
    return this.settleCheckout.prepare(payment, async () => order);
  }

  /** A payment says that it was made on a link, and not on which of its pages. */
  private async settleLinkPayment(stripePaymentIntentId: string): Promise<SettlementWrite | undefined> {
    if ((await this.orders.findByPayment(stripePaymentIntentId)) !== undefined) return SETTLED;
    return this.pagePaid(stripePaymentIntentId);
  }

  /** The page that a payment was made on, where no order says it. */
  async pagePaid(stripePaymentIntentId: string): Promise<SettlementWrite | undefined> {
    const checkout = await this.stripe.findCheckoutOf(stripePaymentIntentId);
    return checkout === undefined ? undefined : this.settle(checkout);
  }

  /** Somebody who only looked at the link's page has ordered nothing. */
  private async settleLinkOrder(
    checkout: StripeCheckout,
    origin: StripeLinkOrigin,
  ): Promise<SettlementWrite | undefined> {
    const link = await this.links.find(origin);
    if (link === undefined || checkout.state === 'open' || checkout.state === 'expired') return undefined;
    return this.settleCheckout.prepare(checkout, (tx) => this.placeLinkOrder.run(tx, link, checkout));
  }
}
