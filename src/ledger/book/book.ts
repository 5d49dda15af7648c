import {
  addCredits,
  type Credits,
  MAX_BALANCE_CREDITS,
  maxCredits,
  minCredits,
  NO_CREDITS,
  subtractCredits,
  sumCredits,
} from '../../kernel/credits.js';
import { newId } from '../../kernel/ids.js';
import { invariant } from '../../kernel/invariant.js';
import type { NotedEvent } from '../events/noted-event.js';
import { BalanceOutOfRange } from '../ledger.problems.js';
import type { CommonMark, Noted } from '../marks/marks.js';
import { BookUsage } from '../usage/book-usage.js';
import { BookGrants, newGrant } from './book-grants.js';
import { ALL_KNOWN, type BookContents, type Extent } from './extent.js';
import { GENESIS_HASH, hashEntry } from './hash-chain.js';
import type {
  Allocation,
  Balance,
  Entry,
  Grant,
  Hold,
  HoldKey,
  NewGrant,
  NewSpend,
  Source,
  Spend,
  SpendKey,
} from './model.js';
import type { OverdueGrants } from './overdue-grants.js';
import type { Change, NewSpendRequest, Posting } from './posting.js';
import { newSalt, spendIdOf } from './spend-id.js';

const NO_MARKS: readonly CommonMark[] = [];

/**
 * One account's state in memory, read under its lock or as it was last seen, and what decisions have changed in it. No
 * I/O: decisions act on a book, the writer stores it. A decision that refuses throws before it has changed anything.
 */
export class Book {
  readonly newEntries: Entry[] = [];
  readonly newGrants = new Set<Grant>();
  /** With the key that the row of each is to keep; null where the answer is stored. */
  readonly newHolds = new Map<Hold, HoldKey | null>();
  readonly newSpends = new Set<NewSpend>();
  readonly changedGrants = new Set<Grant>();
  readonly changedHolds = new Set<Hold>();
  readonly changedSpends = new Set<Spend>();
  /** What has happened that somebody outside may want to hear of, in its order. */
  readonly events: NotedEvent[] = [];
  /** How the account stood when crossings were last noted: see `noteCrossings`. */
  readonly noted: Noted;
  /** When the mark for topping up was crossed; null where it was not. */
  crossedAt: Date | null = null;
  /** The digest of the key that a new row was last made to keep, as it was given. */
  keptDigest: Buffer | undefined;

  /** The balance as it was when the book was opened. */
  readonly found: Readonly<Balance>;
  readonly extent: Extent;
  readonly mayHoldMore: boolean;
  readonly usage: BookUsage;
  /** Alerts for all accounts. */
  readonly commonMarks: readonly CommonMark[];

  private readonly lots: BookGrants;
  private readonly holdsById: Map<string, Hold>;
  private readonly spendsById: Map<string, Spend>;
  private readonly pastEntries: Entry[];

  constructor(
    readonly balance: Balance,
    contents: Omit<BookContents, 'balance'>,
    readonly now: Date,
  ) {
    this.found = { ...balance };
    this.extent = contents.extent ?? ALL_KNOWN;
    this.mayHoldMore = contents.mayHoldMore === true;
    this.lots = new BookGrants(contents.grants, now, this.extent);
    this.holdsById = new Map(contents.holds.map((hold) => [hold.id, hold]));
    this.spendsById = new Map(contents.spends.map((spend) => [spend.id, spend]));
    this.pastEntries = contents.entries;
    this.usage = new BookUsage(balance, contents.counters, contents.inclusions);
    this.commonMarks = contents.commonMarks ?? NO_MARKS;
    const { seq, holdsChanged } = balance;
    this.noted = { available: this.available, seq, holdsChanged, taken: 0 };
  }

  /** What is called before a decision throws `ReadFurther`. */
  set onShort(listener: () => void) {
    this.lots.onShort = listener;
  }

  get accountId(): string {
    return this.balance.accountId;
  }

  get available(): Credits {
    return subtractCredits(this.balance.balance, this.balance.held);
  }

  get debt(): Credits {
    return maxCredits(NO_CREDITS, subtractCredits(NO_CREDITS, this.balance.balance));
  }

  get grants(): Grant[] {
    return [...this.lots.all()];
  }

  get holds(): Hold[] {
    return [...this.holdsById.values()];
  }

  get entries(): Entry[] {
    return [...this.pastEntries, ...this.newEntries];
  }

  /** Whether all that is due is known, so that `bringUpToDate` has done all of it. */
  get isUpToDate(): boolean {
    return this.extent.cut === null;
  }

  get isChanged(): boolean {
    return (
      this.newEntries.length > 0 ||
      this.newGrants.size + this.newHolds.size + this.newSpends.size > 0 ||
      this.changedGrants.size + this.changedHolds.size + this.changedSpends.size > 0 ||
      this.usage.hasChangedInclusions ||
      this.found.marks !== this.balance.marks
    );
  }

  /** @throws ReadFurther where the book may not know it */
  grant(id: string): Grant | undefined {
    return this.lots.get(id);
  }

  hold(id: string): Hold | undefined {
    return this.holdsById.get(id);
  }

  spend(id: string): Spend | undefined {
    return this.spendsById.get(id);
  }

  /** @throws ReadFurther where the book may not know all of them */
  grantsOf(source: Source): readonly Grant[] {
    return this.lots.of(source);
  }

  /**
   * Grants with credits left, in burn-down order; without those whose time is over when `spendable` is asked for.
   * @throws ReadFurther to whoever asks for more of them than are known
   */
  openGrants(which: { spendable: boolean }): Iterable<Grant> {
    return this.lots.open(which);
  }

  /** Whether any grant may be over, or effective, by an instant. Costs no walk over them. */
  mayGrantsChangeBy(at: Date): boolean {
    return this.lots.nothingBeforeMs <= at.getTime();
  }

  /** Whether time alone may have changed anything by now. */
  get mayBeDue(): boolean {
    if (this.extent.cut !== null || this.mayGrantsChangeBy(this.now)) return true;
    for (const { status, expiresAt, usage } of this.holdsById.values())
      if (status === 'active' ? expiresAt.getTime() <= this.now.getTime() : usage?.reserved) return true;
    return false;
  }

  /** Grants whose time is over by an instant, which is never earlier than the one asked for before. */
  overdueGrants(at: Date): OverdueGrants {
    return this.lots.overdueBy(at);
  }

  /** Refuses a change that would take the balance beyond what JSON can carry, now or when pending grants are posted. */
  assertFits(amount: Credits): void {
    const after = addCredits(this.balance.balance, amount);
    if (addCredits(after, this.lots.pending) > MAX_BALANCE_CREDITS || after < -MAX_BALANCE_CREDITS)
      throw new BalanceOutOfRange({ accountId: this.accountId, balance: this.balance.balance, amount });
  }

  /** Makes a grant that is in no balance yet; `postGrant` credits it when it is effective. */
  addGrant(given: NewGrant): Grant {
    this.balance.grantsMade += 1n;
    const grant = newGrant(given, { ordinal: this.balance.grantsMade, now: this.now });
    this.lots.add(grant);
    this.newGrants.add(grant);
    this.events.push({ type: 'grant.created', at: this.now, grant });
    return grant;
  }

  addHold(
    amount: Credits,
    expiresAt: Date,
    idempotencyKey: string,
    { ownKey = null, usage = null }: { ownKey?: HoldKey | null; usage?: Hold['usage'] } = {},
  ): Hold {
    const hold: Hold = {
      id: newId('hld', this.now),
      ...{ amount, captured: NO_CREDITS, overage: NO_CREDITS },
      status: 'active',
      expiresAt,
      endedAt: null,
      idempotencyKey,
      createdAt: this.now,
      usage,
    };
    this.holdsById.set(hold.id, hold);
    this.newHolds.set(hold, ownKey);
    if (ownKey !== null) this.keptDigest = ownKey.digest;
    this.balance.holdsChanged += 1n;
    this.balance.held = addCredits(this.balance.held, amount);
    return hold;
  }

  /**
   * Posts a debit for what was asked for, and the spend that it is. The allocations are taken as `debit` takes them.
   */
  addSpend(request: NewSpendRequest, allocations: readonly Allocation[]): { spend: NewSpend; entry: Entry } {
    const { amount, ownKeyDigest, reason, actor } = request;
    const salt = newSalt();
    const recordedAt = this.lastRecordedAt();
    const seq = this.balance.seq + 1n;
    const id = spendIdOf({ recordedMs: recordedAt.getTime(), seq, salt });
    const source = { type: 'spend', id };
    const entry = this.debit({ kind: 'spend', amount, allocations, source, reason, actor });
    // Written out, here and below: a copy of members takes as long as all the rest of a spend but its hash.
    const spend: NewSpend = {
      id,
      seq,
      amount,
      holdId: request.holdId,
      description: request.description,
      metadata: request.metadata,
      idempotencyKey: request.idempotencyKey,
      reversed: NO_CREDITS,
      recordedAt,
      salt,
      ownKey: null,
    };
    if (ownKeyDigest !== undefined) this.keepKey(spend, { digest: ownKeyDigest, captureForm: null });
    this.spendsById.set(id, spend);
    this.newSpends.add(spend);
    return { spend, entry };
  }

  /** Lets the row of a spend that was just decided keep its key: all that it was answered is in the rows. */
  keepKey(spend: NewSpend, key: Omit<SpendKey, 'held'>): void {
    spend.ownKey = { digest: key.digest, captureForm: key.captureForm, held: this.balance.held };
    this.keptDigest = key.digest;
  }

  /**
   * Posts a debit. The allocations are taken from their grants; what they do not cover becomes debt, which only
   * happens when nothing remains anywhere.
   */
  debit(posting: Posting & { allocations: readonly Allocation[] }): Entry {
    const { allocations } = posting;
    for (const { grantId, amount } of allocations) this.changeRemaining(grantId, subtractCredits(NO_CREDITS, amount));
    const debt = subtractCredits(posting.amount, sumOf(allocations));
    return this.post(posting, { amount: subtractCredits(NO_CREDITS, posting.amount), debt, allocations });
  }

  /**
   * Posts a credit. It repays debt first; `place` says where the rest goes and must place all of it. Returns the
   * entry.
   */
  credit(posting: Posting, place: (rest: Credits, debtRepaid: Credits) => readonly Allocation[]): Entry {
    const repaid = minCredits(this.debt, posting.amount);
    const rest = subtractCredits(posting.amount, repaid);
    const allocations = place(rest, repaid);
    invariant(sumOf(allocations) === rest, 'a credit places all that debt has left of it');
    for (const { grantId, amount } of allocations) this.changeRemaining(grantId, amount);
    return this.post(posting, { amount: posting.amount, debt: subtractCredits(NO_CREDITS, repaid), allocations });
  }

  /** Ends the waiting of a pending grant, or says how a grant of which nothing remains has ended. */
  changeStatus(grant: Grant, status: Grant['status']): void {
    this.lots.changeStatus(grant, status);
    this.touchGrant(grant);
  }

  touchGrant(grant: Grant): void {
    if (!this.newGrants.has(grant)) this.changedGrants.add(grant);
  }

  touchHold(hold: Hold): void {
    this.balance.holdsChanged += 1n;
    if (!this.newHolds.has(hold)) this.changedHolds.add(hold);
  }

  touchSpend(spend: Spend): void {
    if (!(this.newSpends as ReadonlySet<Spend>).has(spend)) this.changedSpends.add(spend);
  }

  private changeRemaining(grantId: string, change: Credits): void {
    const grant = this.lots.get(grantId);
    invariant(grant !== undefined, () => `grant ${grantId} is in the book of its account`);
    this.lots.changeRemaining(grant, change);
    invariant(
      grant.remaining >= 0n && grant.remaining <= grant.amount,
      () => `grant ${grantId} keeps 0 <= remaining <= amount`,
    );
    this.touchGrant(grant);
  }

  private post(posting: Posting, { amount, debt, allocations }: Change): Entry {
    const { balance } = this;
    const balanceAfter = addCredits(balance.balance, amount);
    const entry: Omit<Entry, 'hash'> & { hash: Buffer } = {
      accountId: balance.accountId,
      seq: balance.seq + 1n,
      kind: posting.kind,
      amount,
      balanceBefore: balance.balance,
      balanceAfter,
      debt,
      source: posting.source,
      allocations,
      reason: posting.reason ?? null,
      actor: posting.actor ?? null,
      effectiveAt: posting.effectiveAt ?? this.now,
      recordedAt: this.lastRecordedAt(),
      hash: GENESIS_HASH,
    };
    entry.hash = hashEntry(balance.headHash, entry);
    balance.balance = balanceAfter;
    balance.seq = entry.seq;
    balance.headHash = entry.hash;
    balance.recordedAt = entry.recordedAt;
    this.newEntries.push(entry);
    return entry;
  }

  /** Now, or the instant of the last entry where that is later: two processes' clocks may differ. */
  private lastRecordedAt(): Date {
    const { recordedAt } = this.balance;
    return recordedAt !== null && recordedAt.getTime() > this.now.getTime() ? recordedAt : this.now;
  }
}

export function sumOf(allocations: readonly Allocation[]): Credits {
  return sumCredits(allocations.map(({ amount }) => amount));
}
