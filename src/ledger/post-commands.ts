import { together } from '../database/sql-state.js';
import { AccountNotFound, IdempotencyKeyReused } from '../http/http.problems.js';
import { Problem } from '../kernel/problem.js';
import type { Book } from './book.js';
import { lockBalances, type Needs, readBooks, type SqlRunner } from './book-reader.js';
import { writeBooks } from './book-writer.js';
import { bringUpToDate, expireLapsed } from './decisions/bring-up-to-date.js';
import type { Balance } from './model.js';

/** A write that a caller asks for, once per key. */
export interface LedgerCommand {
  readonly needs: Needs;
  /** Absent where the caller sent none and needs none: then the command is never replayed. */
  readonly idempotency: CommandKey | undefined;
  /** The HTTP status of an accepted answer. */
  readonly status: number;
  /** Acts on the book and answers the body; refuses by throwing a Problem before anything is changed. */
  decide(book: Book): object;
}

/** The caller's key: its digest (with the account) is what is looked up, its fingerprint tells the request apart. */
export interface CommandKey {
  readonly digest: Buffer;
  readonly fingerprint: Buffer;
}

/** An accepted answer: the JSON text that was stored, so that a replay is the same to the byte. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly replayed: boolean;
}

/** `locked`: somebody else holds the account, and it was to be skipped. Nothing was decided. */
export type Verdict = { readonly answer: Answer } | { readonly refusal: Problem } | 'locked';

interface KnownKey {
  fingerprint: Buffer;
  status: number;
  answer: string;
}

interface AcceptedKey extends KnownKey {
  accountId: string;
  digest: Buffer;
}

/**
 * Decides a batch of commands in one transaction: locks their accounts in ascending order, reads, decides each in
 * turn, writes one statement a table. Verdicts on one account follow each other; a refused command leaves no trace,
 * and its key stays free. What is not a Problem fails the whole batch, for the caller to run again one by one.
 */
export async function postCommands(
  tx: SqlRunner,
  commands: readonly LedgerCommand[],
  now: Date,
  { skipLocked = false } = {},
): Promise<Verdict[]> {
  const needs = commands.map((command) => command.needs);
  const accountIds = needs.map(({ accountId }) => accountId);
  const balances = await lockBalances(tx, accountIds, { skipLocked });
  const [books, keys, locked] = await together([
    readBooks(tx, balances, needs, now),
    readKeys(tx, commands),
    skipLocked ? readLocked(tx, accountIds, balances) : new Set<string>(),
  ]);
  const accepted: AcceptedKey[] = [];
  const ready = new Set<Book>();
  const posted = new Set<Book>();
  const verdicts = commands.map((command): Verdict => {
    const known = keys.get(textOf(command.idempotency));
    if (known !== undefined) return replay(known, command);
    const { accountId } = command.needs;
    if (locked.has(accountId)) return 'locked';
    const book = books.get(accountId);
    if (book === undefined) return { refusal: new AccountNotFound({ accountId }) };
    if (!ready.has(book)) bringUpToDate(book);
    ready.add(book);
    const verdict = decide(command, book);
    if (!('answer' in verdict)) return verdict;
    posted.add(book);
    expireLapsed(book);
    if (command.idempotency !== undefined) {
      const key = { ...command.idempotency, accountId, status: verdict.answer.status, answer: verdict.answer.body };
      keys.set(textOf(command.idempotency), key);
      accepted.push(key);
    }
    return verdict;
  });

  await together([writeBooks(tx, [...posted]), insertKeys(tx, accepted, now)]);
  return verdicts;
}

function decide(command: LedgerCommand, book: Book): Exclude<Verdict, 'locked'> {
  try {
    return { answer: { status: command.status, body: JSON.stringify(command.decide(book)), replayed: false } };
  } catch (error) {
    if (error instanceof Problem) return { refusal: error };
    throw error;
  }
}

/** A digest as a key of a map. Commands without a key share the empty one, which is never known. */
function textOf(key: CommandKey | undefined): string {
  return key?.digest.toString('latin1') ?? '';
}

function replay(known: KnownKey, command: LedgerCommand): Verdict {
  if (command.idempotency === undefined || !known.fingerprint.equals(command.idempotency.fingerprint))
    return { refusal: new IdempotencyKeyReused() };
  return { answer: { status: known.status, body: known.answer, replayed: true } };
}

/** The accounts that exist and were skipped, because somebody else holds them. */
async function readLocked(
  tx: SqlRunner,
  accountIds: readonly string[],
  balances: readonly Balance[],
): Promise<Set<string>> {
  const read = new Set(balances.map(({ accountId }) => accountId));
  const rows: { account_id: string }[] = await tx.query('select account_id from balances where account_id = any($1)', [
    accountIds.filter((accountId) => !read.has(accountId)),
  ]);
  return new Set(rows.map((row) => row.account_id));
}

/** The keys that were accepted before, by digest. Read under the accounts' locks, so that no key is judged twice. */
async function readKeys(tx: SqlRunner, commands: readonly LedgerCommand[]): Promise<Map<string, KnownKey>> {
  const asked = commands.flatMap(({ idempotency, needs }) =>
    idempotency === undefined ? [] : [{ digest: idempotency.digest, accountId: needs.accountId }],
  );
  const rows: { key_digest: Buffer; fingerprint: Buffer; status: number; answer: string }[] = await tx.query(
    `select key_digest, fingerprint, status, answer::text as answer from idempotency_keys
     where (key_digest, account_id) in (select * from unnest($1::bytea[], $2::text[]))`,
    [asked.map((key) => key.digest), asked.map((key) => key.accountId)],
  );
  return new Map(rows.map((row) => [row.key_digest.toString('latin1'), row]));
}

async function insertKeys(tx: SqlRunner, keys: readonly AcceptedKey[], now: Date): Promise<void> {
  if (keys.length === 0) return;
  await tx.query(
    `insert into idempotency_keys (key_digest, account_id, fingerprint, status, answer, recorded_at)
     select *, $6::timestamptz from unnest($1::bytea[], $2::text[], $3::bytea[], $4::smallint[], $5::json[])`,
    [
      keys.map((key) => key.digest),
      keys.map((key) => key.accountId),
      keys.map((key) => key.fingerprint),
      keys.map((key) => key.status),
      keys.map((key) => key.answer),
      now,
    ],
  );
}
