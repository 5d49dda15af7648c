import { Injectable } from '@nestjs/common';
import { Customers } from '../../customers/customers.js';
import { Database } from '../../database/database.js';
import type { Order } from '../../orders/order.entity.js';
import type { StoredCheckout } from '../../orders/orders.store.js';
import { SharedCalls } from '../../stripe/client/shared-calls.js';
import type { NewCheckout } from '../../stripe/objects/sale-objects.js';
import { StripeGateway } from '../../stripe/selling/selling.gateway.js';
import { NoteWayToPay } from '../note-way-to-pay.js';
import { ClosePlanPages } from './close-plan-pages.js';

/**
 * Opens the page on which an order is paid, once per order however often it is asked: the order's id is Stripe's
 * idempotency key, and requests of this process for the same order share one call. Must not be called in a transaction.
 * @throws StripeUnavailable (the order waits for the same request), StripeRefused (the order is given up),
 * AlreadySubscribed (so it is here)
 */
@Injectable()
export class OpenCheckout {
  private readonly opening = new SharedCalls<StoredCheckout>();

  constructor(
    private readonly database: Database,
    private readonly stripe: StripeGateway,
    private readonly customers: Customers,
    private readonly note: NoteWayToPay,
    private readonly closePlanPages: ClosePlanPages,
  ) {}

  async run(order: Order): Promise<StoredCheckout> {
    if (order.checkoutUrl !== null) return { order, isNew: false };
    const { answer, isOwn } = await this.opening.run(order.id, () => this.open(order));
    return { ...answer, isNew: answer.isNew && isOwn };
  }

  private async open(order: Order): Promise<StoredCheckout> {
    try {
      const checkout = await this.customers.use(order.accountId, (stripeCustomerId) =>
        this.stripe.createCheckout(newCheckout(order, stripeCustomerId)),
      );
      const stored = await this.database.transaction((tx) => this.note.page(tx, order.id, checkout));
      if (order.product.kind === 'plan') await this.closePlanPages.run(stored.order);
      return stored;
    } catch (error) {
      await this.database.transaction((tx) => this.note.none(tx, order.id, error)).catch(() => undefined);
      throw error;
    }
  }
}

/** Nothing but what the order holds: asked again, Stripe must find the very same request under the same key. */
function newCheckout(order: Order, stripeCustomerId: string): NewCheckout {
  const { id, product, productKey, currency, quantity, offerAmountMinor, successUrl, cancelUrl } = order;
  const unitAmountMinor = offerAmountMinor / BigInt(quantity);
  const { receiptEmail, reuseConsent, ...options } = order.options;
  const interval = product.interval ?? undefined;
  const offer = { productKey, name: product.name, currency, unitAmountMinor, interval };
  const subscription = interval === undefined ? null : { trialDays: product.trialDays ?? null };
  return {
    orderId: id,
    stripeCustomerId,
    offer,
    quantity,
    options,
    receiptEmail,
    reuseConsentText: reuseConsent?.text ?? null,
    subscription,
    successUrl,
    cancelUrl,
  };
}
