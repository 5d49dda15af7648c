import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { invariant } from '../../kernel/invariant.js';
import { StripeGateway } from '../../stripe/selling/selling.gateway.js';
import type { PaymentLink } from './payment-link.entity.js';
import { PaymentLinksQueries } from './payment-links.queries.js';
import { storeDeactivation } from './payment-links.store.js';

/**
 * Switches a link off, for good: at Stripe first, then here. Whoever had opened its page by then can still pay there,
 * and gets what they pay for. Asked again, it is the same. Must not be called in a transaction.
 * @throws PaymentLinkNotFound, StripeUnavailable, StripeRefused
 */
@Injectable()
export class DeactivatePaymentLink {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly links: PaymentLinksQueries,
    private readonly stripe: StripeGateway,
  ) {}

  async run(paymentLinkId: string): Promise<PaymentLink> {
    const link = await this.links.require(paymentLinkId);
    if (link.deactivatedAt !== null) return link;
    invariant(link.stripePaymentLinkId !== null, `payment link ${paymentLinkId} has its page`);
    await this.stripe.deactivatePaymentLink(link.stripePaymentLinkId);
    const now = this.clock.now();
    await this.database.transaction((tx) => storeDeactivation(tx, paymentLinkId, now));
    return this.links.require(paymentLinkId);
  }
}
