import { Inject, Injectable } from '@nestjs/common';
import { RUNTIME, type Runtime } from '../../config/config.module.js';
import { Database } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { SharedCalls } from '../../stripe/client/shared-calls.js';
import type { NewPaymentLink } from '../../stripe/objects/sale-objects.js';
import { StripeGateway } from '../../stripe/selling/selling.gateway.js';
import type { PaymentLink } from './payment-link.entity.js';
import { type OpenedLink, storeLinkAddress, storeLinkFailure } from './payment-links.store.js';

/**
 * Makes a recorded link at Stripe, once however often it is asked: its id is Stripe's idempotency key, and requests of
 * this process for the same link share one call. Must not be called in a transaction.
 * @throws StripeUnavailable (the link waits for the same request), StripeRefused (the link is given up)
 */
@Injectable()
export class OpenPaymentLink {
  private readonly opening = new SharedCalls<OpenedLink>();

  constructor(
    @Inject(RUNTIME) private readonly runtime: Runtime,
    private readonly database: Database,
    private readonly stripe: StripeGateway,
    private readonly clock: Clock,
  ) {}

  async run(link: PaymentLink): Promise<OpenedLink> {
    if (link.url !== null) return { link, isNew: false };
    const { answer, isOwn } = await this.opening.run(link.id, () => this.open(link));
    return { ...answer, isNew: answer.isNew && isOwn };
  }

  private async open(link: PaymentLink): Promise<OpenedLink> {
    try {
      const made = await this.stripe.createPaymentLink(this.newPaymentLink(link));
      return await this.database.transaction((tx) => storeLinkAddress(tx, link.id, made, this.clock.now()));
    } catch (error) {
      await this.database
        .transaction((tx) => storeLinkFailure(tx, link.id, error, this.clock.now()))
        .catch(() => undefined);
      throw error;
    }
  }

  /** Nothing but what the link holds: asked again, Stripe must find the very same request under the same key. */
  private newPaymentLink({ id: paymentLinkId, accountId, sale, options }: PaymentLink): NewPaymentLink {
    const { productKey, product, currency, quantity, amountMinor } = sale;
    const unitAmountMinor = amountMinor / BigInt(quantity);
    return {
      paymentLinkId,
      keepsCustomers: accountId === null,
      offer: { productKey, name: product.name, currency, unitAmountMinor },
      quantity,
      options,
      successUrl: `${this.runtime.publicUrl}/checkout/success?session={CHECKOUT_SESSION_ID}`,
    };
  }
}
