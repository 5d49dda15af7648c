import type { EntryForm } from '../../config/environment.js';
import type { Statement } from '../../database/batches.js';
import { byteaArray, jsonArray, smallintArray, textArray } from '../../database/binary-array.js';
import { IdempotencyKeyReused } from '../../idempotency/idempotency.problems.js';
import { Problem } from '../../kernel/problem.js';
import type { Book } from '../book/book.js';
import { type Call, inOneStatement } from '../book/changed-rows.js';
import { ReadFurther } from '../book/extent.js';
import { EVENT_FORM, LINES_FORM } from '../book/model.js';
import { type HowLocked, type KnownKey, type LockedBooks, lockBooks, type Needs } from '../book/read-books.js';
import type { KeyedCapture, KeyedRow } from '../book/rows.js';
import { bytes } from '../book/rows.js';
import { booksToWrite } from '../book/write-books.js';
import { knownKeyOfCapture, knownKeyOfHold } from '../commands/replay-hold.js';
import { knownKeyOf, knownKeyOfEvent, knownKeyOfUsage } from '../commands/replay-spend.js';
import { bringUpToDate, expireLapsed } from '../decisions/bring-up-to-date.js';
import { AccountNotFound } from '../ledger.problems.js';
import { noteCrossings } from '../marks/note-crossings.js';
import type { SqlRunner } from '../sql-runner.js';
import { LinesNotKept } from '../usage/lines.problems.js';

/** A write that a caller asks for, once per key. `Answer` is the body that it is answered with when it is accepted. */
export interface LedgerCommand<Answer extends object = object> {
  readonly madeOf: CommandParts;
  readonly needs: Needs;
  /** Absent where the caller sent none and needs none: then the command is never replayed. */
  readonly idempotency: CommandKey | undefined;
  /** The HTTP status of an accepted answer. */
  readonly status: number;
  /**
   * Acts on the book. Returns the body, or its JSON. Refuses by throwing a Problem before anything is changed. Where
   * the rows that it writes keep the key and what the answer is made of (`Book.keptDigest`), the answer is not stored.
   */
  decide(book: Book): Answer | string;
}

/** The kind of a command and what it was made with, as JSON: `commandOf` makes the same command of it anywhere. */
export type CommandParts = readonly [kind: string, ...parts: unknown[]];

/**
 * The caller's key: its digest (with the account) is what is looked up. Its fingerprint tells the request apart, and
 * may be made when it is asked for.
 */
export interface CommandKey {
  readonly digest: Buffer;
  readonly fingerprint: Buffer;
  /** Why another request that has the key is refused; `IdempotencyKeyReused` where it is absent. */
  reused?(): Problem;
}

/** An accepted answer: the JSON text that was stored, so that a replay is the same to the byte. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
  readonly replayed: boolean;
}

export type Verdict = { readonly answer: StoredAnswer } | { readonly refusal: Problem } | Undecided;

/**
 * Why nothing was decided:
 *
 * - `locked`: somebody else holds the account, and it was to be skipped.
 * - `behind`: something was done on the account, and more of it has to be read before the next is decided.
 * - `short`: what was read of the account was not enough for anything.
 */
export type Undecided = 'locked' | 'behind' | 'short';

/** The key of a command that was accepted, from then on known like any other. */
class AcceptedKey implements KnownKey {
  constructor(
    readonly key: CommandKey,
    readonly accountId: string,
    readonly status: number,
    readonly answer: string,
  ) {}

  get fingerprint(): Buffer {
    return this.key.fingerprint;
  }
}

/** The verdicts of a batch, and the statements that store them. */
export interface DecidedBatch {
  readonly verdicts: Verdict[];
  readonly writes: Statement[];
  /** What may be remembered of the accounts once all is written. */
  readonly books: Book[];
}

/** How a batch is decided: in which form it is stored, and how its accounts are locked and read. */
export interface HowDecided extends Pick<HowLocked, 'reach' | 'skipLocked' | 'commonMarks'> {
  readonly form: EntryForm;
}

/**
 * Decides a batch of commands in one transaction: locks their accounts in ascending order, reads, decides each in
 * turn, and returns what is to be written before the transaction commits. Verdicts on one account follow each other; a
 * refused command leaves no trace, and its key stays free. What is not a Problem fails the whole batch, for the caller
 * to run again one by one. Where what was read of an account is not enough (`ReadFurther`), or more is due on it, its
 * commands from there on are undecided: what was done until then is written.
 */
export async function decideCommands(
  tx: SqlRunner,
  commands: readonly LedgerCommand[],
  now: Date,
  { form, reach, skipLocked = false, commonMarks }: HowDecided,
): Promise<DecidedBatch> {
  const asked = commands.flatMap(({ idempotency, needs }) =>
    idempotency === undefined ? [] : [{ digest: idempotency.digest, accountId: needs.accountId }],
  );
  const needs = commands.map((command) => command.needs);
  const { books, keys, keyedSpends, keyedHolds, skipped } = await lockBooks(tx, needs, now, {
    reach,
    keys: asked,
    skipLocked,
    withLines: form === 'one-row',
    commonMarks,
  });
  for (const row of keyedSpends) keys.set(nameOf(row), knownKeyOfEntry(row));
  for (const row of keyedHolds) keys.set(nameOf(row), knownKeyOfHold(row));
  const { verdicts, posted, accepted } = decideEach(commands, { books, keys, skipped, form });
  return {
    verdicts,
    writes: inOneStatement([...booksToWrite([...posted], { form }), ...keysToWrite(accepted, now)]),
    books: stored(books, posted),
  };
}

/**
 * Decides a batch on books as they were last seen, without lock or reading. Its writes fail, and write nothing, when a
 * book has changed meanwhile or a key is known. Every command has a key, and needs nothing but its account. Undecided
 * are those that would be refused, and what is behind them on their accounts: only who has read the account and the key
 * may answer that. Returns undefined when something was accepted without a change that is written and so compared.
 */
export function decideUnread(
  commands: readonly LedgerCommand[],
  books: Map<string, Book>,
  now: Date,
  form: EntryForm,
): DecidedBatch | undefined {
  const unread = { books, keys: new Map(), skipped: new Set<string>(), form, isUnread: true };
  const { verdicts, posted, accepted } = decideEach(commands, unread);
  if (![...posted].every((book) => book.isChanged)) return undefined;
  return {
    verdicts,
    writes: inOneStatement([
      ...booksToWrite([...posted], { form, areKeysUnread: true }),
      ...keysToWrite(accepted, now),
    ]),
    books: [...posted],
  };
}

/** Without those that were brought up to date for a command that was refused: of that nothing is written. */
function stored(books: Map<string, Book>, posted: Set<Book>): Book[] {
  return [...books.values()].filter((book) => posted.has(book) || !book.isChanged);
}

type Decidable = Omit<LockedBooks, 'keyedSpends' | 'keyedHolds'> & { form: EntryForm; isUnread?: boolean };

/** The verdicts, the books on which something was accepted, and the keys that are to be stored with their answers. */
function decideEach(commands: readonly LedgerCommand[], { books, keys, skipped, form, isUnread = false }: Decidable) {
  const accepted: AcceptedKey[] = [];
  const ready = new Set<Book>();
  const posted = new Set<Book>();
  const ended = new Map<Book, Undecided>();
  const end = (book: Book): Undecided => {
    const why = posted.has(book) ? 'behind' : 'short';
    ended.set(book, why);
    return why;
  };
  const refuse = (refusal: Problem, book?: Book): Verdict => {
    if (!isUnread) return { refusal };
    return book === undefined ? 'short' : end(book);
  };
  const verdicts = commands.map((command): Verdict => {
    const { accountId } = command.needs;
    const book = books.get(accountId);
    const known = keys.get(textOf(command.idempotency));
    if (known !== undefined) return isSame(known, command) ? replayed(known) : refuse(reusedBy(command), book);
    if (skipped.has(accountId)) return 'locked';
    if (book === undefined) return refuse(new AccountNotFound({ accountId }));
    if (form === 'three-rows' && command.needs.counters !== undefined) return refuse(new LinesNotKept(), book);
    const undecided = ended.get(book);
    if (undecided !== undefined) return undecided;
    if (!ready.has(book) && !isMadeReady(book)) return end(book);
    ready.add(book);
    if (!book.isUpToDate) {
      if (book.isChanged) posted.add(book);
      return end(book);
    }
    const verdict = decide(command, book);
    if (verdict === 'short') return end(book);
    if ('refusal' in verdict) return refuse(verdict.refusal, book);
    posted.add(book);
    expireLapsed(book);
    noteCrossings(book);
    if (command.idempotency !== undefined) {
      const key = new AcceptedKey(command.idempotency, accountId, verdict.answer.status, verdict.answer.body);
      keys.set(textOf(command.idempotency), key);
      if (form === 'three-rows' || book.keptDigest !== command.idempotency.digest) accepted.push(key);
    }
    return verdict;
  });
  return { verdicts, posted, accepted };
}

/** Brings a book up to date; false where more of the account has to be read for it, as a remembered one may need. */
function isMadeReady(book: Book): boolean {
  try {
    bringUpToDate(book);
    return true;
  } catch (error) {
    if (error instanceof ReadFurther) return false;
    throw error;
  }
}

function decide(command: LedgerCommand, book: Book): Exclude<Verdict, Undecided> | 'short' {
  try {
    const answer = command.decide(book);
    const body = typeof answer === 'string' ? inOnePiece(answer) : JSON.stringify(answer);
    return { answer: { status: command.status, body, replayed: false } };
  } catch (error) {
    if (error instanceof Problem) return { refusal: error };
    if (error instanceof ReadFurther) return 'short';
    throw error;
  }
}

const BEGIN = /^\{/;

/**
 * A text that was put together remains the pieces that it was put together of until it is read, which are several times
 * as large. Answers wait until they are written, and with those of others in a batch.
 */
function inOnePiece(text: string): string {
  // V8 makes one piece of a text that it matches with a pattern.
  BEGIN.test(text);
  return text;
}

function reusedBy({ idempotency }: LedgerCommand): Problem {
  return idempotency?.reused?.() ?? new IdempotencyKeyReused();
}

function knownKeyOfEntry(row: KeyedRow): KnownKey {
  if (isOfCapture(row)) return knownKeyOfCapture(row);
  if (row.answer_form === null) return knownKeyOf(row);
  return row.answer_form === LINES_FORM ? knownKeyOfUsage(row) : knownKeyOfEvent(row);
}

function isOfCapture(row: KeyedRow): row is KeyedCapture {
  return row.answer_form !== null && row.answer_form !== LINES_FORM && row.answer_form !== EVENT_FORM;
}

/** A digest as a key of a map. Commands without a key share the empty one, which is never known. */
function textOf(key: CommandKey | undefined): string {
  return key?.digest.toString('latin1') ?? '';
}

function nameOf({ key_digest }: { key_digest: string }): string {
  return bytes(key_digest).toString('latin1');
}

function isSame(known: KnownKey, { idempotency }: LedgerCommand): boolean {
  return idempotency !== undefined && known.fingerprint.equals(idempotency.fingerprint);
}

function replayed({ status, answer }: KnownKey): Verdict {
  return { answer: { status, body: answer, replayed: true } };
}

function keysToWrite(keys: readonly AcceptedKey[], now: Date): Call[] {
  if (keys.length === 0) return [];
  return [
    {
      name: 'write_answers',
      parameters: [
        byteaArray(keys.map(({ key }) => key.digest)),
        textArray(keys.map((key) => key.accountId)),
        byteaArray(keys.map((key) => key.fingerprint)),
        smallintArray(keys.map((key) => key.status)),
        jsonArray(keys.map((key) => key.answer)),
        now,
      ],
    },
  ];
}
