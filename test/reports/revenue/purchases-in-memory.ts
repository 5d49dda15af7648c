import { credits } from '../../../src/kernel/credits.js';
import type { Book } from '../../../src/ledger/book/book.js';
import type { Entry, Source } from '../../../src/ledger/book/model.js';
import { followEntry, type Known, type LotFigures, NO_FIGURES } from '../../../src/ledger/costs/follow-lots.js';
import type { Lot } from '../../../src/ledger/costs/lot.js';
import {
  type ReturnedCredits,
  type ReturnPolicy,
  reachTarget,
  returnTarget,
} from '../../../src/ledger/decisions/reach-target.js';
import { type Money, NOTHING_SOLD, type Standing } from '../../../src/reports/revenue/purchase.js';
import {
  counted,
  movedBy,
  type PurchaseState,
  type RevenueChange,
} from '../../../src/reports/revenue/purchase-state.js';

const NONE: ReturnedCredits = { lapsedCredits: credits(0), reversedCredits: credits(0), shortfallCredits: credits(0) };

/** The purchases of one account, as they follow from a book and from what went back of their money. */
export class Purchases {
  readonly lots = new Map<string, Lot>();
  readonly money = new Map<string, Money & { credits: bigint; returned: ReturnedCredits }>();
  /** All that was counted so far. */
  readonly changes: RevenueChange[] = [];
  private readonly states = new Map<string, PurchaseState>();
  private followed = 0;

  constructor(private book: Book) {}

  /** A payment for so many credits, which `grant` gives. */
  pay(source: Source, { amount, chargedMinor, taxMinor = 0, coversUntil = null, currency = 'usd' }: Payment): void {
    const none = { returnedMinor: 0n, lapsedCredits: 0n, reversedCredits: 0n, shortfallCredits: 0n };
    const paid = {
      chargedMinor: BigInt(chargedMinor),
      taxMinor: BigInt(taxMinor),
      credits: BigInt(amount),
      coversUntil,
    };
    this.money.set(source.id, { ...none, ...paid, returned: NONE });
    this.count(source, currency, {});
  }

  /** So much of the money is back in all; credits follow as the ledger has them follow. */
  moneyBack(purchase: Source, returnedMinor: number, policy: ReturnPolicy = 'debt'): void {
    const known = this.money.get(purchase.id);
    if (known === undefined) throw new Error('nothing was paid');
    const returned = reachTarget(this.book, {
      purchase,
      targetCredits: returnTarget(credits(known.credits), known.chargedMinor, BigInt(returnedMinor)),
      returned: known.returned,
      policy,
      kind: 'refund_reversal',
    });
    this.follow();
    this.money.set(purchase.id, { ...known, ...returned, returned, returnedMinor: BigInt(returnedMinor) });
    this.count(purchase, 'usd', {});
  }

  /** The same account at a later instant. */
  goOn(book: Book): void {
    this.follow();
    this.book = book;
    this.followed = book.entries.length;
  }

  follow(): void {
    const entries = this.book.entries.slice(this.followed);
    this.followed = this.book.entries.length;
    for (const entry of entries) this.step(entry);
  }

  standing(purchase: Source): Standing & { owed: bigint } {
    this.follow();
    const standing = this.states.get(purchase.id)?.standing ?? NOTHING_SOLD;
    const { sold, recognised, later, broken, returned } = standing;
    return { ...standing, owed: sold - recognised - later - broken - returned };
  }

  /** Where all purchases stand now, by currency: what is recognised when something is over, once it is. */
  standingNow(): Record<string, bigint[]> {
    this.follow();
    const { now } = this.book;
    const by: Record<string, bigint[]> = {};
    for (const { currency, standing, laterAt } of this.states.values()) {
      const over = laterAt !== null && laterAt <= now ? standing.later : 0n;
      const { sold, recognised, broken, returned, tax } = standing;
      addTo(by, currency, [sold, recognised + over, broken, returned, tax]);
    }
    return withoutNothing(by);
  }

  /** What was counted up to an instant, by currency. */
  countedBy(at: Date): Record<string, bigint[]> {
    const by: Record<string, bigint[]> = {};
    for (const { currency, sold, recognised, broken, returned, tax } of this.changes.filter((one) => one.at <= at))
      addTo(by, currency, [sold, recognised, broken, returned, tax]);
    return withoutNothing(by);
  }

  private step(entry: Entry): void {
    const { book, lots } = this;
    const known: Known = {
      lot: (id) => lots.get(id),
      lotsOf: ({ type, id }) =>
        [...lots.values()].filter(({ purchase }) => purchase.type === type && purchase.id === id),
      add: (lot) => lots.set(lot.grantId, lot),
      grant: (id) => book.grant(id),
      grantsOf: (source) => book.grantsOf(source),
    };
    for (const { lot, before, after } of followEntry(entry, known))
      this.count(lot.purchase, lot.currency, { before, after });
  }

  private count(source: Source, currency: string, { before = NO_FIGURES, after = NO_FIGURES }: Partial<LotMove>): void {
    const state = this.states.get(source.id) ?? {
      ...{ accountId: 'ada', source, currency, money: null, lots: NO_FIGURES, standing: NOTHING_SOLD, laterAt: null },
    };
    const money = this.money.get(source.id) ?? null;
    const moved = counted({ ...state, money, lots: movedBy(state.lots, before, after) }, this.book.now);
    this.states.set(source.id, moved.state);
    this.changes.push(...moved.changes);
  }
}

function addTo(by: Record<string, bigint[]>, currency: string, sums: bigint[]): void {
  by[currency] = sums.map((sum, place) => sum + (by[currency]?.[place] ?? 0n));
}

function withoutNothing(by: Record<string, bigint[]>): Record<string, bigint[]> {
  return Object.fromEntries(Object.entries(by).filter(([, sums]) => sums.some((sum) => sum !== 0n)));
}

interface Payment {
  amount: number;
  chargedMinor: number;
  taxMinor?: number;
  coversUntil?: Date | null;
  currency?: string;
}

interface LotMove {
  before: LotFigures;
  after: LotFigures;
}
