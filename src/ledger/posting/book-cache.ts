import { LRUCache } from 'lru-cache';
import type { EntryForm } from '../../config/environment.js';
import { NO_CREDITS, subtractCredits, sumCredits } from '../../kernel/credits.js';
import { Book } from '../book/book.js';
import type { Extent } from '../book/extent.js';
import { firstKnown } from '../book/first-known.js';
import type { Balance, Grant, Hold } from '../book/model.js';
import type { Needs } from '../book/read-books.js';
import type { CommonMarks } from '../marks/common-marks.js';
import type { CommonMark } from '../marks/marks.js';
import { coverUsageOf, type KnownInclusions } from '../usage/included/known-inclusions.js';
import { forgetArchived } from '../usage/kept-counters.js';
import { isKnown, type KnownCounters } from '../usage/known-counters.js';

/** Beyond it the account that was not written to for longest is forgotten. At two kilobytes each, some 20 MB. */
const MAX_ACCOUNTS = 10_000;
/** Of an account with more open grants than this the first are remembered, in the order of burn-down. */
const MAX_GRANTS = 32;
/** An account with more active holds is read each time. */
const MAX_HOLDS = 128;

interface Remembered {
  readonly balance: Omit<Balance, 'headHash'>;
  /** A character a byte: a small buffer would keep the eight kilobytes alive that it was cut from. */
  readonly headHash: string;
  readonly grants: readonly Grant[];
  readonly extent: Extent;
  /** All that are active. */
  readonly holds: readonly Hold[];
  /** Whoever opens the book goes on with these, and the account is forgotten until the book is kept. */
  readonly counters: KnownCounters | undefined;
  readonly inclusions: KnownInclusions | undefined;
}

/**
 * Accounts as they were last seen, so that they need not be read again to be decided upon. What is remembered may be
 * wrong at any time, since other processes and rooms write too: whoever writes such a book has it compared with what is
 * there (`write_entry_rows`), by what no change leaves as it was. An account with a pending grant is not remembered,
 * because that can change without a trace in its balance.
 */
export class BookCache {
  private readonly remembered = new LRUCache<string, Remembered>({ max: MAX_ACCOUNTS });
  private readonly maxHolds: number;

  /** In the form of three rows it is not compared whether holds have changed: an account with holds is forgotten. */
  constructor(
    readonly form: EntryForm,
    private readonly common: CommonMarks,
  ) {
    this.maxHolds = form === 'one-row' ? MAX_HOLDS : 0;
  }

  /** The alerts for all accounts, as they are now. */
  get commonMarks(): readonly CommonMark[] {
    return this.common.list;
  }

  /** Whether the account is remembered, with the holds, counters and inclusions that are needed of it. */
  has({ accountId, holdIds = [], counters = [], usedAt }: Needs): boolean {
    const known = this.remembered.get(accountId);
    if (known === undefined) return false;
    if (usedAt !== undefined && !coverUsageOf(known.inclusions, known.balance, usedAt)) return false;
    if (!counters.every((name) => isKnown(known.counters, name))) return false;
    return holdIds.every((id) => known.holds.some((hold) => hold.id === id));
  }

  /** The book of an account as it was last seen. */
  open(accountId: string, now: Date): Book | undefined {
    const known = this.remembered.peek(accountId);
    // By then a grant that is not remembered may have ended.
    if (known === undefined || known.extent.nextEndMs <= now.getTime()) return undefined;
    const balance = { ...known.balance, headHash: Buffer.from(known.headHash, 'latin1') };
    const { extent, counters, inclusions } = known;
    const past = { spends: [], entries: [] };
    const { commonMarks } = this;
    const asRead = { grants: [...known.grants], holds: [...known.holds], ...past, extent };
    const contents = { ...asRead, counters, inclusions, commonMarks };
    return new Book(balance, contents, now);
  }

  /** Remembers what the book says now, which must be what is written of it, or will be before it is opened again. */
  keep(book: Book): void {
    const { accountId } = book;
    const { headHash, ...balance } = book.balance;
    const front = firstKnown(book, MAX_GRANTS);
    const holds = book.holds.filter(({ status }) => status === 'active');
    if (front !== undefined && areAll(holds, book) && holds.length <= this.maxHolds) {
      const counters = book.usage.known;
      if (counters !== undefined) forgetArchived(counters);
      const usage = { counters, inclusions: book.usage.knownInclusions };
      this.remembered.set(accountId, { balance, headHash: headHash.toString('latin1'), ...front, holds, ...usage });
    } else this.remembered.delete(accountId);
  }

  forget(accountId: string): void {
    this.remembered.delete(accountId);
  }
}

/**
 * Whether a book knows every active hold: together they hold what is held, and none that holds nothing was left out
 * when it was read.
 */
function areAll(holds: readonly Hold[], { balance, mayHoldMore }: Book): boolean {
  if (mayHoldMore) return false;
  if (holds.length === 0) return balance.held === NO_CREDITS;
  return sumCredits(holds.map(({ amount, captured }) => subtractCredits(amount, captured))) === balance.held;
}
