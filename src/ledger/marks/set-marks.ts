import type { Credits } from '../../kernel/credits.js';
import { toJsonInteger } from '../../kernel/credits.js';
import type { Book } from '../book/book.js';
import { keptMarks, type Marks } from './marks.js';

// Each change steps the count of changes of holds, since it comes without an entry: so whoever decides from memory
// notices.

/** Below what an alert of an account fires; null for one that looks for something else. */
export interface AlertToSet {
  readonly key: string;
  readonly below: Credits | null;
}

/**
 * Sets an alert of an account. One that is set while less is available fires when what is available falls below it the
 * next time. When it fired last is kept with its key.
 */
export function setAlertMark(book: Book, { key, below }: AlertToSet): void {
  const firedAt = book.balance.marks?.alerts?.[key]?.firedAt;
  const alert = {
    ...(below !== null && { below: toJsonInteger(below) }),
    ...(firedAt !== undefined && { firedAt }),
  };
  setMarks(book, { ...book.balance.marks, alerts: { ...book.balance.marks?.alerts, [key]: alert } });
}

export function clearAlertMark(book: Book, key: string): void {
  const { [key]: cleared, ...alerts } = book.balance.marks?.alerts ?? {};
  if (cleared !== undefined) setMarks(book, { ...book.balance.marks, alerts });
}

/**
 * Sets below what credits are to be bought by themselves. Whenever something is spent or held that leaves less for the
 * first time, `CrossedMarks` tells so; and the next time once more credits were available again. Where less is
 * available already, what is spent or held next tells it.
 */
export function setTopUpMark(book: Book, below: Credits): void {
  const isOwed = book.available < below;
  setMarks(book, { ...book.balance.marks, topUp: { below: toJsonInteger(below), ...(isOwed && { isOwed }) } });
}

export function clearTopUpMark(book: Book): void {
  const { topUp, ...marks } = book.balance.marks ?? {};
  if (topUp !== undefined) setMarks(book, marks);
}

function setMarks(book: Book, marks: Marks): void {
  book.balance.marks = keptMarks(marks);
  book.balance.holdsChanged += 1n;
}
