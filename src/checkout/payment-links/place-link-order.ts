import { Inject, Injectable } from '@nestjs/common';
import { RUNTIME, type Runtime } from '../../config/config.module.js';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import { invariant } from '../../kernel/invariant.js';
import type { Order } from '../../orders/order.entity.js';
import { findOrderOfCheckout } from '../../orders/orders.queries.js';
import { insertOrder } from '../../orders/orders.store.js';
import { newReturnAddresses } from '../../orders/return-addresses.js';
import type { StripeCheckout } from '../../stripe/objects/sale-objects.js';
import { accountOfLinkPayment } from './parked-payments.queries.js';
import { parkPayment, unparkPayment } from './parked-payments.store.js';
import type { PaymentLink } from './payment-link.entity.js';

/**
 * Makes the order of one payment of a link, once however often it is asked: it is keyed on the checkout session, which
 * Stripe itself says was opened from the link. The account is the link's own, or the one that the payment's address
 * names, or whose customer it is. Without one the payment is parked, and nothing is made. Nothing is made either when
 * something else was sold than the link holds.
 */
@Injectable()
export class PlaceLinkOrder {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly clock: Clock,
  ) {}

  /** Undefined while no account is known for it. */
  async run(tx: Tx, link: PaymentLink, checkout: StripeCheckout): Promise<Order | undefined> {
    const { stripeCheckoutSessionId, offered } = checkout;
    invariant(
      offered.amountMinor === link.sale.amountMinor && offered.currency === link.sale.currency,
      `session ${stripeCheckoutSessionId} sells something else than payment link ${link.id}`,
    );
    const accountId = link.accountId ?? (await accountOfLinkPayment(tx, checkout));
    if (accountId === undefined) {
      if (checkout.state === 'paid') await parkPayment(tx, link.id, checkout, this.clock.now());
      return undefined;
    }
    const now = this.clock.now();
    const id = newId('ord', now);
    const { publicUrl } = this.runtime;
    const order = {
      id,
      accountId,
      channel: 'payment_link' as const,
      sale: link.sale,
      options: link.options,
      livemode: link.livemode,
      ...newReturnAddresses(publicUrl, id),
      paidBy: { paymentLinkId: link.id, stripeCheckoutSessionId },
    };
    await insertOrder(tx, order, now);
    await unparkPayment(tx, stripeCheckoutSessionId);
    return orderOfSession(tx, stripeCheckoutSessionId);
  }
}

/** Not locked: whoever moves credits locks the account first. */
async function orderOfSession(tx: Tx, stripeCheckoutSessionId: string): Promise<Order> {
  const order = await findOrderOfCheckout(tx, stripeCheckoutSessionId);
  invariant(order !== undefined, `the order of session ${stripeCheckoutSessionId} is there`);
  return order;
}
