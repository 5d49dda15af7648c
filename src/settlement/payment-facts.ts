import { Injectable } from '@nestjs/common';
import type { Order } from '../checkout/order.js';
import { OrdersQueries } from '../checkout/orders.queries.js';
import { PaymentLinksQueries } from '../checkout/payment-links.queries.js';
import { PlaceLinkOrder } from '../checkout/place-link-order.js';
import type { Tx } from '../database/database.js';
import { StripeGateway } from '../stripe/stripe-gateway.js';
import type { StripeCheckout, StripeLinkOrigin } from '../stripe/stripe-objects.js';
import { SettleCheckout } from './settle-checkout.js';

type Write = (tx: Tx) => Promise<void>;

/** Nothing remains to be written: what the fact says was settled before. */
const SETTLED: Write = async () => undefined;

/** Facts about payments: fetches what they are about, and answers what follows; undefined when it is not our business. */
@Injectable()
export class PaymentFacts {
  constructor(
    private readonly orders: OrdersQueries,
    private readonly links: PaymentLinksQueries,
    private readonly stripe: StripeGateway,
    private readonly placeLinkOrder: PlaceLinkOrder,
    private readonly settleCheckout: SettleCheckout,
  ) {}

  /** Which order it is about, too, is what Stripe says now. */
  async checkoutChanged(stripeCheckoutSessionId: string): Promise<Write | undefined> {
    return this.settle(await this.stripe.fetchCheckout(stripeCheckoutSessionId));
  }

  /**
   * Stripe says of one purchase that its session is complete and that its payment has succeeded: both lead to the
   * session. Only an order that is paid in a form of the app's own is settled by the payment itself.
   */
  async paymentChanged(stripePaymentIntentId: string, orderId: string | null): Promise<Write | undefined> {
    if (orderId === null) return this.settleLinkPayment(stripePaymentIntentId);
    const order = await this.orders.find(orderId);
    if (order === undefined) return undefined;
    if (order.channel === 'payment_intent') return this.settleForm(order, stripePaymentIntentId);
    if (order.stripeCheckoutSessionId === null) return undefined;
    return order.grantId === null ? this.checkoutChanged(order.stripeCheckoutSessionId) : SETTLED;
  }

  private async settle(checkout: StripeCheckout): Promise<Write | undefined> {
    const { orderId, link } = checkout;
    if (link !== null) return this.settleLinkOrder(checkout, link);
    const order = orderId === null ? undefined : await this.orders.find(orderId);
    if (order === undefined) return undefined;
    return (tx) => this.settleCheckout.run(tx, order, checkout);
  }

  private async settleForm(order: Order, stripePaymentIntentId: string): Promise<Write> {
    const payment = await this.stripe.fetchPayment(stripePaymentIntentId);
    return (tx) => this.settleCheckout.run(tx, order, payment);
  }

  /** A payment says that it was made on a link, and not on which of its pages. */
  private async settleLinkPayment(stripePaymentIntentId: string): Promise<Write | undefined> {
    if ((await this.orders.findByPayment(stripePaymentIntentId)) !== undefined) return SETTLED;
    const checkout = await this.stripe.findCheckoutOf(stripePaymentIntentId);
    return checkout === undefined ? undefined : this.settle(checkout);
  }

  /** Somebody who only looked at the link's page has ordered nothing. */
  private async settleLinkOrder(checkout: StripeCheckout, origin: StripeLinkOrigin): Promise<Write | undefined> {
    const link = await this.links.find(origin);
    if (link === undefined || checkout.state === 'open' || checkout.state === 'expired') return undefined;
    return async (tx) => {
      const order = await this.placeLinkOrder.run(tx, link, checkout);
      await this.settleCheckout.run(tx, order, checkout);
    };
  }
}
