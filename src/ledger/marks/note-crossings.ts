import { addDays } from '../../kernel/clock.js';
import { type Credits, credits, NO_CREDITS } from '../../kernel/credits.js';
import type { Book } from '../book/book.js';
import { alertAfter, type Fired, keptMarks, type Marks, type Move, topUpAfter } from './marks.js';

const NEVER_FIRED: Fired = {};
/** How long it is kept what has become of an alert for all accounts that is there no longer, or not known here yet. */
const FORGET_AFTER_DAYS = 1;

/**
 * Notes what a decision has crossed of 0 and of the marks of its account. To be called behind each decision as a whole,
 * and behind all that time alone does at one instant: what stands in between was never to be seen. Where nothing has
 * changed nothing is noted, since marks change with nothing else (ADR 16).
 */
export function noteCrossings(book: Book, at: Date = book.now): void {
  const { noted, balance } = book;
  if (balance.seq === noted.seq && balance.holdsChanged === noted.holdsChanged) return;
  const { available: after } = book;
  const { available: before } = noted;
  if (balance.marks !== null || book.commonMarks.length > 0) compareMarks(book, { before, after, at });
  if (before > NO_CREDITS && after <= NO_CREDITS) note(book, 'balance.depleted', at);
  // The first credits that are posted to an account are no recovery.
  if (before <= NO_CREDITS && after > NO_CREDITS && noted.seq > 0n) note(book, 'balance.recovered', at);
  noted.available = after;
  noted.seq = balance.seq;
  noted.holdsChanged = balance.holdsChanged;
  noted.taken = takenIn(book);
}

function note(book: Book, type: 'balance.depleted' | 'balance.recovered', at: Date): void {
  const { balance, held } = book.balance;
  book.events.push({ type, at, balance, held });
}

function compareMarks(book: Book, move: Move): void {
  const marks = book.balance.marks ?? {};
  const compared: Marks = {
    alerts: ownAlerts(book, marks.alerts, move),
    common: commonAlerts(book, marks, move),
    topUp: topUpMark(book, marks.topUp, move),
  };
  if (compared.alerts === marks.alerts && compared.common === marks.common && compared.topUp === marks.topUp) return;
  book.balance.marks = keptMarks(compared);
}

function ownAlerts(book: Book, alerts: Marks['alerts'], move: Move): Marks['alerts'] {
  let changed = alerts;
  for (const key in alerts) {
    const own = alerts[key];
    if (own?.below === undefined) continue;
    const below = credits(own.below);
    const { alert, fires } = alertAfter(own, below, move);
    if (fires) noteLow(book, key, below, move.at);
    if (alert !== own) changed = { ...changed, [key]: alert };
  }
  return changed;
}

/** An alert of the account's own stands in the place of that of its key for all accounts. */
function commonAlerts(book: Book, { alerts, common }: Marks, move: Move): Marks['common'] {
  let changed = common;
  for (const { id, key, below } of book.commonMarks) {
    if (alerts?.[key] !== undefined) continue;
    const before = common?.[id] ?? NEVER_FIRED;
    const { alert, fires } = alertAfter(before, below, move);
    if (fires) noteLow(book, key, below, move.at);
    if (alert !== before) changed = { ...changed, [id]: alert };
  }
  return changed === common ? common : withoutForgotten(book, changed ?? {}, move.at);
}

function withoutForgotten({ commonMarks }: Book, common: Readonly<Record<string, Fired>>, at: Date): Marks['common'] {
  const known = new Set(commonMarks.map(({ id }) => id));
  const isKept = ([id, { firedAt }]: [string, Fired]) =>
    known.has(id) || (firedAt !== undefined && addDays(new Date(firedAt), FORGET_AFTER_DAYS) > at);
  return Object.fromEntries(Object.entries(common).filter(isKept));
}

function topUpMark(book: Book, mark: Marks['topUp'], move: Move): Marks['topUp'] {
  if (mark === undefined) return undefined;
  const { mark: changed, isTold } = topUpAfter(mark, move, takenIn(book) > book.noted.taken);
  if (isTold) book.crossedAt = move.at;
  return changed;
}

function takenIn({ newSpends, newHolds }: Book): number {
  return newSpends.size + newHolds.size;
}

function noteLow(book: Book, alert: string, below: Credits, at: Date): void {
  const { balance, held } = book.balance;
  book.events.push({ type: 'balance.low', at, balance, held, alert, below });
}
