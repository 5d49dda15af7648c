import type { Credits } from '../../kernel/credits.js';
import { invariant } from '../../kernel/invariant.js';
import type { Book } from '../book/book.js';
import type { Grant, NewGrant } from '../book/model.js';
import { decideGrant } from './grant.js';

const REASON = 'rolled over';
const PART = 'rollover:';

/** The part of a purchase's grants that holds what rolled over of another part. */
export function rolledOverPart(part: string): string {
  return `${PART}${part}`;
}

/** The part of its purchase that a grant has rolled over from; undefined where it has not. */
export function originOf({ reason, sourcePart }: Pick<Grant, 'reason' | 'sourcePart'>): string | undefined {
  return reason === REASON && sourcePart.startsWith(PART) ? sourcePart.slice(PART.length) : undefined;
}

/**
 * Moves credits that remain of a grant into a grant of their own, which lives longer. They have not lapsed: an
 * adjustment takes them out, so that what the old grant says has lapsed is only what nobody can spend any more.
 */
export function decideRollOver(book: Book, from: Grant, into: NewGrant): Grant {
  const { amount } = into;
  invariant(amount <= from.remaining, `grant ${from.id} has ${amount} credits to roll over`);
  const source = { type: 'grant', id: from.id };
  const allocations = [{ grantId: from.id, amount }];
  book.debit({ kind: 'adjustment', amount, allocations, source, reason: REASON });
  return decideGrant(book, { ...into, reason: REASON });
}

/**
 * The same for credits that have lapsed already, and should not have: the renewal was paid in time and heard of late.
 */
export function decideRevival(book: Book, from: Grant, into: NewGrant & { amount: Credits }): Grant {
  invariant(into.amount <= from.lapsed, `grant ${from.id} has ${into.amount} lapsed credits to roll over`);
  return decideGrant(book, { ...into, reason: REASON });
}
