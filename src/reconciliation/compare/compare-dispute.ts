import type { DisputeStatus } from '../../returns/dispute-lifecycle.js';
import type { ListedDispute } from '../../stripe/objects/listed-objects.js';
import { type Difference, money } from './look.js';

/** What the books hold of a dispute, and of the order whose money it is about. */
export interface BookedDispute {
  /** Null while the books have no such dispute. */
  disputeId: string | null;
  status: DisputeStatus | null;
  amountMinor: bigint | null;
  currency: string | null;
  withdrawnMinor: bigint;
  reinstatedMinor: bigint;
  /** For what of it credits were taken. */
  countedMinor: bigint;
  orderId: string | null;
  accountId: string | null;
  isFulfilled: boolean;
}

/** What is wrong between a dispute at Stripe and what the books made of it. Null where Stripe does not know it. */
export function compareDispute(
  stripeId: string,
  listed: ListedDispute | null,
  booked: BookedDispute,
): Difference | undefined {
  if (listed === null) return unknownToStripe(stripeId, booked);
  // Where nothing was given there is nothing to take: what is wrong is the payment. A link's order is made with its
  // credits.
  if (booked.orderId === null && listed.marker?.paymentLinkId == null) return undefined;
  if (!isReflected(listed, booked)) {
    const known = booked.status === null ? 'do not know it' : `have it as ${booked.status}`;
    return {
      kind: 'dispute_not_reflected',
      repair: 'settle',
      detail:
        `Dispute ${stripeId} is ${listed.status} with ${money(disputedBy(listed), listed.currency)} withdrawn, and ` +
        `the books ${known} with ${money(booked.countedMinor, listed.currency)} settled.`,
    };
  }
  if (listed.amountMinor === booked.amountMinor && listed.currency === booked.currency) return undefined;
  return {
    kind: 'amount_differs',
    repair: 'settle',
    detail:
      `Dispute ${stripeId} is about ${money(listed.amountMinor, listed.currency)}, and the books say ` +
      `${money(booked.amountMinor ?? 0n, booked.currency)}.`,
  };
}

function isReflected(listed: ListedDispute, booked: BookedDispute): boolean {
  const { disputeId, status, withdrawnMinor, reinstatedMinor, countedMinor, isFulfilled } = booked;
  if (disputeId === null || status !== listed.status) return false;
  if (withdrawnMinor !== listed.withdrawnMinor || reinstatedMinor !== listed.reinstatedMinor) return false;
  return !isFulfilled || countedMinor === disputedBy(listed);
}

/** What a dispute has taken and not given back. */
function disputedBy({ withdrawnMinor, reinstatedMinor }: ListedDispute): bigint {
  return withdrawnMinor > reinstatedMinor ? withdrawnMinor - reinstatedMinor : 0n;
}

function unknownToStripe(stripeId: string, { countedMinor, currency, orderId }: BookedDispute): Difference {
  const isTaken = countedMinor > 0n;
  const taken = `and credits of order ${orderId} were taken for ${money(countedMinor, currency)} of it`;
  return {
    kind: isTaken ? 'reversed_not_refunded' : 'dispute_not_reflected',
    repair: 'none',
    detail: `Stripe does not know dispute ${stripeId}, ${isTaken ? taken : 'which is in the books'}.`,
  };
}
