import { addCredits, type Credits, credits, subtractCredits, sumCredits } from '../kernel/credits.js';
import type { Book } from '../ledger/book/book.js';
import type { Source } from '../ledger/book/model.js';
import {
  type ReturnedCredits,
  type ReturnRequest,
  reachTarget,
  returnTarget,
} from '../ledger/decisions/reach-target.js';
import type { Order } from '../orders/order.entity.js';

/** One cause for which money of an order went back: a refund or a dispute. Minor units of what was charged. */
export interface MoneyReturn extends Pick<ReturnRequest, 'policy' | 'kind' | 'reason' | 'actor'> {
  /** What of it the credits have been settled with. */
  countedMinor: bigint;
  /** What of it counts now. */
  nowMinor: bigint;
  /** Whether its credits are those that are unused, so that it takes none that have lapsed into account. */
  unusedOnly: boolean;
}

export function isUncounted({ countedMinor, nowMinor }: MoneyReturn): boolean {
  return countedMinor !== nowMinor;
}

/**
 * Brings what has come back of a paid order to its target, return by return in the order given, each by its own policy.
 * The target follows from all the money together, so refunds and disputes never take more than was given. Pure but for
 * the book.
 */
export function moveCredits(
  book: Book,
  { order, purchase, returns }: { order: Order; purchase: Source; returns: readonly MoneyReturn[] },
): ReturnedCredits {
  let returnedMinor = returns.reduce((sum, { countedMinor }) => sum + countedMinor, 0n);
  let returned = withRevived(order, order.revivedCredits);
  for (const one of [...returns.filter(isUncounted), ...grown(order, returns)]) {
    returnedMinor += one.nowMinor - one.countedMinor;
    const { policy, kind, reason, actor } = one;
    const targetCredits = addCredits(targetOf(order, returnedMinor), order.revivedCredits);
    const request = { purchase, targetCredits, returned, policy, kind, reason, actor };
    returned =
      one.unusedOnly && one.nowMinor > one.countedMinor ? reverseUnused(book, request) : reachTarget(book, request);
  }
  return withRevived(returned, credits(-order.revivedCredits));
}

/** Whether the credits are where the counted money says; they are not while an order has grown since. */
export function isAtTarget(order: Order, returns: readonly MoneyReturn[]): boolean {
  const { lapsedCredits, reversedCredits, shortfallCredits } = order;
  const countedMinor = returns.reduce((sum, one) => sum + one.countedMinor, 0n);
  return targetOf(order, countedMinor) === sumCredits([lapsedCredits, reversedCredits, shortfallCredits]);
}

function targetOf({ credits: given, chargedMinor }: Order, returnedMinor: bigint): Credits {
  return returnTarget(given, chargedMinor ?? 0n, returnedMinor);
}

/** The last return once more, as one that changed nothing, for an order that has grown since it was counted. */
function grown(order: Order, returns: readonly MoneyReturn[]): MoneyReturn[] {
  const last = returns.filter((one) => !isUncounted(one)).at(-1);
  if (last === undefined || isAtTarget(order, returns)) return [];
  return [{ ...last, nowMinor: last.countedMinor, policy: 'debt', unusedOnly: false }];
}

/** Credits that had lapsed and were given anew have not really lapsed: no return may count on them. */
function withRevived(
  { lapsedCredits, reversedCredits, shortfallCredits }: ReturnedCredits,
  revivedCredits: Credits,
): ReturnedCredits {
  return { lapsedCredits: addCredits(lapsedCredits, revivedCredits), reversedCredits, shortfallCredits };
}

/**
 * Takes what the money is for out of what is there. What has lapsed is left for a later return to count: otherwise
 * credits whose money goes back could still be spent.
 */
function reverseUnused(book: Book, request: ReturnRequest): ReturnedCredits {
  const { returned, targetCredits } = request;
  const lapsedCredits = sumCredits(book.grantsOf(request.purchase).map(({ lapsed }) => lapsed));
  const uncounted = subtractCredits(lapsedCredits, returned.lapsedCredits);
  const taken = reachTarget(book, {
    ...request,
    policy: 'remaining',
    targetCredits: addCredits(targetCredits, uncounted),
    returned: { ...returned, lapsedCredits },
  });
  return { ...taken, lapsedCredits: subtractCredits(taken.lapsedCredits, uncounted) };
}
