import { bigintArray, byteaArray, textArray } from '../../database/binary-array.js';
import type { CommonMark } from '../marks/marks.js';
import type { SqlRunner } from '../sql-runner.js';
import { reservedCounters, reservedInclusions } from '../usage/holds/hold-usage.js';
import { namedInclusions, readInclusions } from '../usage/included/read-inclusions.js';
import { knownByRow } from '../usage/kept-counters.js';
import { type CounterName, isKnown, type KnownCounters, noCounters } from '../usage/known-counters.js';
import { type OwnedCounter, readArchived } from '../usage/read-counters.js';
import { readUsage } from '../usage/read-usage.js';
import { Book } from './book.js';
import { toEntry } from './entry-rows.js';
import { type Reach, WHOLE } from './extent.js';
import { extentOf, type Named, type NextEndRow } from './extent-of.js';
import type { Entry, Grant, Hold, Source, Spend } from './model.js';
import type { KeyedHold, KeyedRow } from './rows.js';
import { type BalanceRow, bytes, type GrantRow, type HoldRow, toBalance, toGrant, toHold, toSpend } from './rows.js';
import { partsOfSpendId } from './spend-id.js';

/** What a decision needs to see beyond the open grants and active holds of its account. */
export interface Needs {
  accountId: string;
  spendIds?: readonly string[];
  holdIds?: readonly string[];
  /** What the account has used by these counters. */
  counters?: readonly CounterName[];
  /** What it has included for usage of this instant, and of later ones. */
  usedAt?: Date;
  grantIds?: readonly string[];
  /** Purchases whose grants and returns are needed, however long ago. */
  purchases?: readonly Source[];
}

/** A key that was accepted before, with the answer that it got. */
export interface KnownKey {
  readonly fingerprint: Buffer;
  readonly status: number;
  readonly answer: string;
}

/** The caller's key of a write, as it is looked up. */
export interface AskedKey {
  readonly accountId: string;
  readonly digest: Buffer;
}

/** What was read under locks: the books of the accounts that exist, and the keys that are known by now. */
export interface LockedBooks {
  readonly books: Map<string, Book>;
  /** Accounts that exist, but were skipped, because somebody else holds them. */
  readonly skipped: Set<string>;
  /** By digest, as latin1 text. */
  readonly keys: Map<string, KnownKey>;
  /** Spends, captures and holds whose rows keep keys that were asked for. */
  readonly keyedSpends: readonly KeyedRow[];
  readonly keyedHolds: readonly KeyedHold[];
}

/**
 * Locks the balances of the accounts in ascending order (`for no key update`), then reads what belongs to them, in one
 * round trip unless a need goes beyond open grants and holds. Keys are read under the lock, so that none is judged
 * twice. With `skipLocked`, accounts that somebody else has locked are left out. No more is read of an account than
 * `reach` says, and what a decision names. Without `withLines` it is not known what spends were of, so that they are
 * given back as amounts: in the form of three rows no reversal says which lines it has undone.
 */
export async function lockBooks(
  tx: SqlRunner,
  needs: readonly Needs[],
  now: Date,
  { reach, keys = [], skipLocked = false, withLines = true, commonMarks }: HowLocked,
): Promise<LockedBooks> {
  const asked = { needs, now, reach, withLines, commonMarks };
  const found = await callReadBooks(tx, skipLocked ? 'skip' : 'wait', asked, keys);
  return {
    books: await openBooks(tx, found, asked),
    skipped: new Set(found.skipped ?? []),
    keys: new Map((found.keys ?? []).map((row) => [bytes(row.key_digest).toString('latin1'), toKnownKey(row)])),
    keyedSpends: found.spendKeys ?? [],
    keyedHolds: found.holdKeys ?? [],
  };
}

/** How accounts are locked and read. */
export interface HowLocked {
  readonly reach: Reach;
  readonly keys?: readonly AskedKey[];
  readonly skipLocked?: boolean;
  readonly withLines?: boolean;
  /** Alerts for all accounts; absent where none are looked for. */
  readonly commonMarks?: readonly CommonMark[];
}

/** Locks one account and reads what belongs to it; undefined when it is unknown. */
export async function lockBook(tx: SqlRunner, need: Needs, now: Date, how: HowLocked): Promise<Book | undefined> {
  return (await lockBooks(tx, [need], now, how)).books.get(need.accountId);
}

/** Reads a book without a lock, from one snapshot when `db` is a repeatable read. Never write it. */
export async function readBook(
  db: SqlRunner,
  accountId: string,
  now: Date,
  { reach = WHOLE, ...needs }: Omit<Needs, 'accountId'> & { reach?: Reach } = {},
): Promise<Book | undefined> {
  const asked = { needs: [{ accountId, ...needs }], now, reach };
  const found = await callReadBooks(db, 'none', asked, []);
  return (await openBooks(db, found, asked)).get(accountId);
}

/** Of the holds that are not due `read_books` reads so many of an account. */
const NEXT_HOLDS = 128;

/** What is asked of which accounts, at which instant. */
interface Asked {
  readonly needs: readonly Needs[];
  readonly now: Date;
  readonly reach: Reach;
  readonly withLines?: boolean;
  readonly commonMarks?: readonly CommonMark[];
}

/** What the function `read_books` returns. */
interface ReadBooks {
  balances: BalanceRow[] | null;
  grants: GrantRow[] | null;
  pendingGrants: GrantRow[] | null;
  endedGrants: GrantRow[] | null;
  nextEnds: NextEndRow[] | null;
  dueHolds: HoldRow[] | null;
  nextHolds: HoldRow[] | null;
  namedHolds: HoldRow[] | null;
  /** Those that have ended elsewhere, and have still reserved something. */
  strandedHolds: HoldRow[] | null;
  skipped: string[] | null;
  keys: KeyRow[] | null;
  spendKeys: KeyedRow[] | null;
  holdKeys: KeyedHold[] | null;
}

interface KeyRow {
  key_digest: string;
  fingerprint: string;
  status: number;
  answer: string;
}

async function callReadBooks(
  db: SqlRunner,
  locking: 'wait' | 'skip' | 'none',
  { needs, now, reach }: Asked,
  keys: readonly AskedKey[],
): Promise<ReadBooks> {
  const holds = needs.flatMap(({ accountId, holdIds = [] }) => holdIds.map((id) => ({ accountId, id })));
  const [row] = await db.query('select read_books($1, $2, $3, $4, $5, $6, $7, $8, $9) as read', [
    locking,
    textArray([...new Set(needs.map(({ accountId }) => accountId))]),
    now,
    textArray(holds.map((hold) => hold.accountId)),
    textArray(holds.map((hold) => hold.id)),
    byteaArray(keys.map((key) => key.digest)),
    textArray(keys.map((key) => key.accountId)),
    reach.grants,
    reach.dues,
  ]);
  return row.read;
}

function namedCounters(needs: readonly Needs[]): OwnedCounter[] {
  return needs.flatMap(({ accountId, counters = [] }) => counters.map((counter) => ({ accountId, ...counter })));
}

function toKnownKey({ fingerprint, status, answer }: KeyRow): KnownKey {
  return { fingerprint: bytes(fingerprint), status, answer };
}

async function openBooks(
  db: SqlRunner,
  read: ReadBooks,
  { needs, now, reach, withLines, commonMarks }: Asked,
): Promise<Map<string, Book>> {
  const balances = (read.balances ?? []).map(toBalance);
  const accountIds = new Set(balances.map((balance) => balance.accountId));
  const known = needs.filter((need) => accountIds.has(need.accountId));
  const spends = await readSpends(db, known);
  const entries = await readEntries(db, known, spends);
  const ofLines = withLines === true ? await readUsage(db, spends, entries) : { counters: [], inclusions: [] };
  const dueHolds = byAccount(read.dueHolds ?? [], toHold);
  const endingHolds = byAccount([...(read.strandedHolds ?? []), ...(read.namedHolds ?? [])], toHold);
  const nextHolds = byAccount(read.nextHolds ?? [], toHold);
  const ofHolds = [...reservedCounters(dueHolds), ...reservedCounters(endingHolds)];
  const counters = await readCounters(db, read.balances ?? [], [
    ...namedCounters(known),
    ...ofLines.counters,
    ...ofHolds,
  ]);
  const inclusions = await readInclusions(db, balances, [
    ...namedInclusions(known),
    ...ofLines.inclusions,
    ...[dueHolds, endingHolds, nextHolds].flatMap(reservedInclusions),
  ]);
  const named = namedGrants(known, entries);
  const open = byAccount(read.grants ?? [], toGrant);
  const pending = byAccount(read.pendingGrants ?? [], toGrant);
  const ended = byAccount(read.endedGrants ?? [], toGrant);
  const others = byAccount(await readNamedGrants(db, named), toGrant);
  const nextEnds = new Map((read.nextEnds ?? []).map((row) => [row.account_id, row]));
  const of = <T>(rows: Map<string, T[]>, accountId: string) => rows.get(accountId) ?? [];
  return new Map(
    balances.map((balance) => {
      const { accountId } = balance;
      const front: { open: Grant[]; pending: Grant[]; ended: Grant[]; dueHolds: Hold[] } = {
        open: of(open, accountId),
        pending: of(pending, accountId),
        ended: of(ended, accountId),
        dueHolds: of(dueHolds, accountId),
      };
      const contents = {
        entries: of(entries, accountId),
        grants: [...front.open, ...front.pending, ...front.ended, ...of(others, accountId)],
        holds: [...front.dueHolds, ...of(nextHolds, accountId), ...of(endingHolds, accountId)],
        mayHoldMore: of(nextHolds, accountId).length >= NEXT_HOLDS,
        spends: of(spends, accountId),
        counters: counters.get(accountId),
        inclusions: inclusions.get(accountId),
        commonMarks,
        extent: extentOf({ ...front, nextEnd: nextEnds.get(accountId) }, { now, reach, named: named.get(accountId) }),
      };
      return [accountId, new Book(balance, contents, now)];
    }),
  );
}

/** What is known of the counters of accounts, with all that are asked for. */
async function readCounters(
  db: SqlRunner,
  balances: readonly BalanceRow[],
  asked: readonly OwnedCounter[],
): Promise<Map<string, KnownCounters | undefined>> {
  const known = new Map(balances.map(({ account_id, usage }) => [account_id, knownByRow(usage)]));
  const others = asked.filter((counter) => !isKnown(known.get(counter.accountId), counter));
  if (others.length > 0) await readArchived(db, others, (accountId) => known.get(accountId) ?? noCounters());
  return known;
}

/** The entries by which purchases and named spends gave back, and those of the spends themselves, oldest first. */
async function readEntries(
  db: SqlRunner,
  needs: readonly Needs[],
  spends: Map<string, Spend[]>,
): Promise<Map<string, Entry[]>> {
  const causes = needs.flatMap(({ accountId, purchases = [], spendIds = [] }) => [
    ...purchases.map((source) => ({ accountId, ...source })),
    ...spendIds.map((id) => ({ accountId, type: 'spend', id })),
  ]);
  if (causes.length === 0) return new Map();
  const numbers = [...spends].flatMap(([accountId, of]) => of.map(({ seq }) => ({ accountId, seq })));
  const rows = await db.query('select * from read_entries($1, $2, $3, $4, $5)', [
    textArray(causes.map((cause) => cause.accountId)),
    textArray(causes.map((cause) => cause.type)),
    textArray(causes.map((cause) => cause.id)),
    textArray(numbers.map((number) => number.accountId)),
    bigintArray(numbers.map((number) => number.seq)),
  ]);
  return byAccount(rows, toEntry);
}

/** The grants that decisions name, by account: by their ids, by their purchases, or since an entry took from them. */
function namedGrants(needs: readonly Needs[], entries: Map<string, Entry[]>): Map<string, Named> {
  const byAccount = new Map<string, Named>();
  const of = (accountId: string) => {
    const known = byAccount.get(accountId) ?? { ids: [], sources: [] };
    byAccount.set(accountId, known);
    return known;
  };
  for (const { accountId, grantIds = [], purchases = [] } of needs) {
    if (grantIds.length > 0) of(accountId).ids.push(...grantIds);
    if (purchases.length > 0) of(accountId).sources.push(...purchases);
  }
  for (const [accountId, past] of entries)
    for (const { allocations } of past) of(accountId).ids.push(...allocations.map(({ grantId }) => grantId));
  return byAccount;
}

async function readNamedGrants(db: SqlRunner, named: Map<string, Named>): Promise<GrantRow[]> {
  const ids = [...named].flatMap(([accountId, { ids }]) => ids.map((id) => ({ accountId, id })));
  const sources = [...named].flatMap(([accountId, { sources }]) => sources.map((of) => ({ accountId, ...of })));
  if (ids.length + sources.length === 0) return [];
  const [row] = await db.query('select read_named_grants($1, $2, $3, $4, $5) as read', [
    textArray(ids.map((i) => i.accountId)),
    textArray(ids.map((i) => i.id)),
    textArray(sources.map((p) => p.accountId)),
    textArray(sources.map((p) => p.type)),
    textArray(sources.map((p) => p.id)),
  ]);
  return row.read ?? [];
}

async function readSpends(db: SqlRunner, needs: readonly Needs[]): Promise<Map<string, Spend[]>> {
  const ids = needs.flatMap(({ accountId, spendIds = [] }) => spendIds.map((id) => ({ accountId, id })));
  if (ids.length === 0) return new Map();
  const rows = await db.query('select * from read_spends($1, $2, $3)', [
    textArray(ids.map((i) => i.accountId)),
    textArray(ids.map((i) => i.id)),
    bigintArray(ids.map(({ id }) => partsOfSpendId(id)?.seq ?? 0n)),
  ]);
  return byAccount(rows, toSpend);
}

function byAccount<R extends { account_id: string }, T>(rows: R[], map: (row: R) => T): Map<string, T[]> {
  const grouped = new Map<string, T[]>();
  for (const row of rows) {
    const group = grouped.get(row.account_id);
    if (group === undefined) grouped.set(row.account_id, [map(row)]);
    else group.push(map(row));
  }
  return grouped;
}
