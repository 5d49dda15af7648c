import { Injectable } from '@nestjs/common';
import { Customers } from '../../customers/customers.js';
import { Database } from '../../database/database.js';
import type { Order } from '../../orders/order.entity.js';
import { SharedCalls } from '../../stripe/client/shared-calls.js';
import { StripeGateway } from '../../stripe/selling/selling.gateway.js';
import { NoteWayToPay } from '../note-way-to-pay.js';

export interface OpenedIntent {
  orderId: string;
  clientSecret: string;
  isNew: boolean;
}

/**
 * Begins the payment of an order in a form of the app's own, once per order however often it is asked. The secret that
 * it is paid with is not kept here, so a later request asks Stripe for it again. Must not be called in a transaction.
 * @throws StripeUnavailable (the order waits for the same request), StripeRefused (the order is given up)
 */
@Injectable()
export class OpenIntent {
  private readonly opening = new SharedCalls<OpenedIntent>();

  constructor(
    private readonly database: Database,
    private readonly stripe: StripeGateway,
    private readonly customers: Customers,
    private readonly note: NoteWayToPay,
  ) {}

  async run(order: Order): Promise<OpenedIntent> {
    const { answer, isOwn } = await this.opening.run(order.id, () => this.open(order));
    return { ...answer, isNew: answer.isNew && isOwn };
  }

  private async open(order: Order): Promise<OpenedIntent> {
    const { id: orderId, stripePaymentIntentId } = order;
    if (stripePaymentIntentId !== null) {
      const { clientSecret } = await this.stripe.fetchIntent(stripePaymentIntentId);
      return { orderId, clientSecret, isNew: false };
    }
    try {
      const intent = await this.create(order);
      const isNew = await this.database.transaction((tx) => this.note.form(tx, orderId, intent));
      return { orderId, clientSecret: intent.clientSecret, isNew };
    } catch (error) {
      await this.database.transaction((tx) => this.note.none(tx, orderId, error)).catch(() => undefined);
      throw error;
    }
  }

  /** Nothing but what the order holds: asked again, Stripe must find the very same request under the same key. */
  private create({ id: orderId, accountId, offerAmountMinor: amountMinor, currency, options }: Order) {
    const { receiptEmail } = options;
    return this.customers.use(accountId, (stripeCustomerId) =>
      this.stripe.createIntent({ orderId, stripeCustomerId, amountMinor, currency, receiptEmail }),
    );
  }
}
