import {
  addCredits,
  type Credits,
  maxCredits,
  minCredits,
  NO_CREDITS,
  subtractCredits,
  sumCredits,
} from '../kernel/credits.js';
import { stepMinorOf } from '../kernel/currency.js';
import type { Book } from '../ledger/book/book.js';
import { hasLapsed } from '../ledger/book/burn-down.js';
import type { Source } from '../ledger/book/model.js';
import { returnTarget } from '../ledger/decisions/reach-target.js';
import type { Order } from '../orders/order.entity.js';
import type { Refund } from '../returns/refund.entity.js';
import { takesCredits } from '../returns/refund-lifecycle.js';
import { refundedOf } from './refundable.js';

/** What a refund of an order could come to. Money in minor units. */
export interface RefundOffer {
  /** What of the purchase is still there, and is not promised to a refund on its way. */
  unusedCredits: Credits;
  /** What that is worth at the price that was paid. */
  refundableMinor: bigint;
  /** All that has neither gone back nor is on its way. */
  fullMinor: bigint;
}

/** What can still be spent of a purchase: of its own grants, and of that nothing that holds have reserved. */
export function unusedOf(book: Book, purchase: Source): Credits {
  const own = book.grantsOf(purchase).filter((grant) => grant.status === 'active' && !hasLapsed(grant, book.now));
  const remaining = sumCredits(own.map((grant) => grant.remaining));
  return minCredits(remaining, maxCredits(NO_CREDITS, book.available));
}

/**
 * Prices what is unused. The money is rounded down, to an amount that Stripe takes in the currency, so that the credits
 * it stands for are there: taken for it is what the one target of the purchase says, which is then never more than is
 * unused. Nothing is refundable of what was not paid.
 */
export function offerRefund(
  order: Pick<Order, 'credits' | 'chargedMinor' | 'disputedMinor' | 'currency'>,
  refunds: readonly Refund[],
  presentCredits: Credits,
): RefundOffer {
  const chargedMinor = order.chargedMinor ?? 0n;
  const { refundableMinor: fullMinor, claimedMinor } = refundedOf(order, refunds);
  if (chargedMinor === 0n || order.credits === NO_CREDITS)
    return { unusedCredits: presentCredits, refundableMinor: 0n, fullMinor };
  const countedMinor = refunds
    .filter(takesCredits)
    .reduce((sum, refund) => sum + refund.amountMinor, order.disputedMinor);
  const claimed = returnTarget(order.credits, chargedMinor, claimedMinor);
  const promised = subtractCredits(claimed, returnTarget(order.credits, chargedMinor, countedMinor));
  const unusedCredits = maxCredits(NO_CREDITS, subtractCredits(presentCredits, promised));
  const worthMinor = (chargedMinor * addCredits(claimed, unusedCredits)) / order.credits - claimedMinor;
  return { unusedCredits, refundableMinor: roundedDown(within(worthMinor, fullMinor), order.currency), fullMinor };
}

function roundedDown(amountMinor: bigint, currency: string): bigint {
  return amountMinor - (amountMinor % stepMinorOf(currency));
}

function within(amountMinor: bigint, mostMinor: bigint): bigint {
  if (amountMinor < 0n) return 0n;
  return amountMinor < mostMinor ? amountMinor : mostMinor;
}
