import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { StripeRefused } from '../../stripe/client/stripe.problems.js';
import type { StripePaymentLink } from '../../stripe/objects/sale-objects.js';
import { abandonPaymentLink } from './abandon-payment-link.js';
import { lockPaymentLink, type PaymentLink } from './payment-link.js';

export interface AnsweredLink {
  link: PaymentLink;
  /** Whether it was noted now; another process may have been quicker. */
  isNew: boolean;
}

/** Notes what came of asking Stripe for a payment link. Locks the link. */
@Injectable()
export class NoteLinkAnswer {
  constructor(private readonly clock: Clock) {}

  async made(tx: Tx, paymentLinkId: string, { stripePaymentLinkId, url }: StripePaymentLink): Promise<AnsweredLink> {
    const link = await lockPaymentLink(tx, paymentLinkId);
    if (link.url !== null) return { link, isNew: false };
    await tx.query(
      `update payment_links
       set stripe_payment_link_id = $2,
           url = $3,
           unanswered_at = null,
           updated_at = $4
       where id = $1`,
      [paymentLinkId, stripePaymentLinkId, url, this.clock.now()],
    );
    return { link: { ...link, stripePaymentLinkId, url }, isNew: true };
  }

  /** A refusal gives the link up; where Stripe gave no answer it waits for the same request to come again. */
  async failed(tx: Tx, paymentLinkId: string, error: unknown): Promise<void> {
    const link = await lockPaymentLink(tx, paymentLinkId);
    if (link.url !== null) return;
    if (error instanceof StripeRefused) return abandonPaymentLink(tx, link, this.clock.now());
    await tx.query('update payment_links set unanswered_at = $2 where id = $1', [paymentLinkId, this.clock.now()]);
  }
}
