import { maxCredits, minCredits, NO_CREDITS, subtractCredits } from '../../kernel/credits.js';
import { Agenda } from '../book/agenda.js';
import type { Book } from '../book/book.js';
import { compareOrdinals } from '../book/burn-down.js';
import type { Grant, Hold } from '../book/model.js';
import { noteCrossings } from '../marks/note-crossings.js';
import { giveBackOf } from './hold-usage.js';
import { endHold } from './holds.js';
import { expire } from './lapse.js';

/**
 * What every write does first and every read pretends: overdue holds end, grants that have become effective are
 * posted, and credits whose time is over expire, as far as holds do not cover them. One due instant after the other, so
 * that each entry says when it really happened. However much is due, each grant and hold is looked at a few times only.
 *
 * Where not all that is due is known (`Extent.cut`), as much of it is done as is certain, and the book is not up to
 * date afterwards: it has to be written, and read once more. In steps or at once, the same becomes of every grant.
 */
export function bringUpToDate(book: Book): void {
  if (!book.mayBeDue) return;
  for (const _ of upToDateBySteps(book));
}

/** The same with a pause behind each grant and hold, for who has other things to do. */
export function* upToDateBySteps(book: Book): Generator<void> {
  for (const hold of book.holds)
    if (hold.status !== 'active' && hold.usage?.reserved) yield giveBackStranded(book, hold);
  const instants = dueInstants(book);
  if (instants.length === 0) return;
  const holds = new Agenda(
    book.holds.filter(({ status }) => status === 'active'),
    ({ expiresAt }) => expiresAt.getTime(),
  );
  const grants = new Agenda(
    book.grants.filter(({ status }) => status === 'pending'),
    ({ effectiveAt }) => effectiveAt.getTime(),
    compareOrdinals,
  );
  const { cut } = book.extent;
  for (const instant of instants) {
    const from = cut !== null && cut.at.getTime() === instant.getTime() ? cut.from : null;
    for (const hold of holds.by(instant)) yield endHold(book, hold, 'expired', hold.expiresAt);
    if (from !== 'holds') for (const grant of grants.by(instant)) yield postGrant(book, grant);
    if (from === null || from === 'ends') yield* expiring(book, instant);
    noteCrossings(book, instant);
    if (from !== null) return;
  }
}

/** A process of a version before, which knows nothing of what holds reserve, has ended it. */
function giveBackStranded(book: Book, hold: Hold): void {
  giveBackOf(book, hold);
  book.touchHold(hold);
}

/** The instants up to now at which time alone changes something, each once, in order, as far as they are known. */
function dueInstants(book: Book): Date[] {
  const { cut } = book.extent;
  const until = cut === null ? book.now : cut.at;
  const due = new Set<number>();
  const add = (instant: Date | null) => {
    if (instant !== null && instant <= until) due.add(instant.getTime());
  };
  for (const hold of book.holds) if (hold.status === 'active') add(hold.expiresAt);
  for (const grant of book.grants) {
    if (grant.status === 'pending') add(grant.effectiveAt);
    if (grant.status === 'pending' || grant.status === 'active') add(grant.expiresAt);
  }
  return [...due].sort((a, b) => a - b).map((ms) => new Date(ms));
}

/** Credits the account with a pending grant: debt is repaid first, the rest remains to be spent. */
export function postGrant(book: Book, grant: Grant): void {
  book.credit(
    {
      kind: 'grant',
      amount: grant.amount,
      source: grant.source,
      reason: grant.reason,
      actor: grant.actor,
      effectiveAt: grant.effectiveAt,
    },
    (rest, debtRepaid) => {
      grant.debtRepaid = debtRepaid;
      book.changeStatus(grant, rest > 0n ? 'active' : 'depleted');
      return rest > 0n ? [{ grantId: grant.id, amount: rest }] : [];
    },
  );
}

/**
 * Expires what is over at `at` and no hold covers, earliest expiry first. Every decision is followed by it, since it
 * may have uncovered or given back such credits: then they lapse now, not when their time was over.
 */
export function expireLapsed(book: Book, at: Date = book.now): void {
  if (!book.mayGrantsChangeBy(at)) return;
  for (const _ of expiring(book, at));
}

/**
 * Where not all credits are known that are over by then, as many of those known stand on as holds cover: there are no
 * fewer behind each of the others when all are known.
 */
function* expiring(book: Book, at: Date): Generator<void> {
  const overdue = book.overdueGrants(at);
  let left = maxCredits(NO_CREDITS, subtractCredits(overdue.remaining, book.balance.held));
  if (left === NO_CREDITS) return;
  for (const grant of overdue.open()) {
    const amount = minCredits(grant.remaining, left);
    yield expire(book, grant, amount, at);
    left = subtractCredits(left, amount);
    if (left === NO_CREDITS) return;
  }
}
