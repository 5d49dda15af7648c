import { Inject, Injectable } from '@nestjs/common';
import { RUNTIME, type Runtime } from '../config/config.module.js';
import type { Tx } from '../database/database.js';
import { AccountNotFound } from '../http/http.problems.js';
import { Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import { invariant } from '../kernel/invariant.js';
import type { StripeCheckout } from '../stripe/stripe-objects.js';
import { insertOrder } from './insert-order.js';
import { ORDER_COLUMNS, type Order, type OrderRow, toOrder } from './order.js';
import type { PaymentLink } from './payment-link.js';

/**
 * Makes the order of one payment of a link, once however often it is asked: it is keyed on the checkout session, which
 * Stripe itself says was opened from the link. The account is the link's own, or the one that the payment's address
 * named. Nothing is made when something else was sold than the link holds. @throws AccountNotFound
 */
@Injectable()
export class PlaceLinkOrder {
  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly clock: Clock,
  ) {}

  async run(tx: Tx, link: PaymentLink, checkout: StripeCheckout): Promise<Order> {
    const { stripeCheckoutSessionId, offered } = checkout;
    invariant(
      offered.amountMinor === link.sale.amountMinor && offered.currency === link.sale.currency,
      `session ${stripeCheckoutSessionId} sells something else than payment link ${link.id}`,
    );
    const now = this.clock.now();
    const id = newId('ord', now);
    const { publicUrl } = this.runtime;
    const order = {
      id,
      accountId: await accountOf(tx, link, checkout),
      channel: 'payment_link' as const,
      sale: link.sale,
      options: link.options,
      livemode: link.livemode,
      successUrl: `${publicUrl}/checkout/success?order=${id}`,
      cancelUrl: `${publicUrl}/checkout/cancelled?order=${id}`,
      paidBy: { paymentLinkId: link.id, stripeCheckoutSessionId },
    };
    await insertOrder(tx, order, now);
    return orderOfSession(tx, stripeCheckoutSessionId);
  }
}

/** Whoever pays may write any account into the address of a link that has none: it must be one that there is. */
async function accountOf(tx: Tx, { id, accountId }: PaymentLink, { reference }: StripeCheckout): Promise<string> {
  if (accountId !== null) return accountId;
  invariant(reference !== null, `a payment of link ${id} names no account`);
  const known: unknown[] = await tx.query('select from accounts where id = $1', [reference]);
  if (known.length === 0) throw new AccountNotFound({ accountId: reference });
  return reference;
}

/** Not locked: whoever moves credits locks the account first. */
async function orderOfSession(tx: Tx, stripeCheckoutSessionId: string): Promise<Order> {
  const [row]: OrderRow[] = await tx.query(`select ${ORDER_COLUMNS} from orders where checkout_session_id = $1`, [
    stripeCheckoutSessionId,
  ]);
  invariant(row !== undefined, `the order of session ${stripeCheckoutSessionId} is there`);
  return toOrder(row);
}
