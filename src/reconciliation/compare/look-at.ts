import { Injectable } from '@nestjs/common';
import { StripeListings } from '../../stripe/listings/listings.gateway.js';
import type { Found } from '../../stripe/objects/listed-objects.js';
import { Comparisons } from './comparisons.js';
import type { Look, Subject } from './look.js';

/** Which thing to look at, and on which account a grant for it may be, where that is known. */
export interface Target {
  subject: Subject;
  stripeId: string;
  accountHint?: string | null;
}

/** Looks at one thing on both sides as it is now. Undefined where it is not about an account. */
@Injectable()
export class LookAt {
  constructor(
    private readonly stripe: StripeListings,
    private readonly comparisons: Comparisons,
  ) {}

  /** Must not be called in a transaction. @throws StripeUnavailable, StripeRefused */
  async run({ subject, stripeId, accountHint }: Target): Promise<Look | undefined> {
    switch (subject) {
      case 'payment':
        return this.look(await this.stripe.findPayment(stripeId), (listed) =>
          this.comparisons.payments([{ stripeId, listed, accountHint }]),
        );
      case 'invoice':
        return this.look(await this.stripe.findInvoice(stripeId), (listed) =>
          this.comparisons.invoices([{ stripeId, listed }]),
        );
      case 'refund':
        return this.look(await this.findRefund(stripeId), (listed) => this.comparisons.refunds([{ stripeId, listed }]));
      case 'dispute':
        return this.look(await this.stripe.findDispute(stripeId), (listed) =>
          this.comparisons.disputes([{ stripeId, listed }]),
        );
      case 'subscription':
        return this.look(await this.stripe.findSubscription(stripeId), (listed) =>
          this.comparisons.subscriptions([{ stripeId, listed }]),
        );
    }
  }

  private async findRefund(stripeId: string) {
    return isOurOwnId(stripeId) ? 'missing' : this.stripe.findRefund(stripeId);
  }

  private async look<T>(found: Found<T>, compare: (listed: T | null) => Promise<Look[]>): Promise<Look | undefined> {
    if (found === 'of-other-mode') return undefined;
    const [look] = await compare(found === 'missing' ? null : (found as T));
    const isKnown = look?.ledger != null || look?.orderId != null || look?.accountId != null;
    return isKnown || hasMarker(found) ? look : undefined;
  }
}

/** A refund that Stripe has not answered for has no other. */
function isOurOwnId(stripeId: string): boolean {
  return stripeId.startsWith('rfd_');
}

function hasMarker(found: unknown): boolean {
  return typeof found === 'object' && found !== null && 'marker' in found && found.marker !== null;
}
