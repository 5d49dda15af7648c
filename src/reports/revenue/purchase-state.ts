import type { Source } from '../../ledger/book/model.js';
import type { LotFigures } from '../../ledger/costs/follow-lots.js';
import { type Money, NOTHING_SOLD, paidElsewhere, type Standing, standingOf } from './purchase.js';

/** A purchase of an account, as far as its entries and its money were followed. */
export interface PurchaseState {
  readonly accountId: string;
  readonly source: Source;
  readonly currency: string;
  /** Null where no order has paid it, as far as is known. */
  readonly money: Money | null;
  /** Of all its lots together. */
  readonly lots: LotFigures;
  /** What was counted of it. */
  readonly standing: Standing;
  /** When what is recognised later is; null where nothing is. */
  readonly laterAt: Date | null;
}

/** What is to be counted at an instant, in minor units of the currency and without tax. */
export interface RevenueChange {
  readonly accountId: string;
  readonly currency: string;
  readonly at: Date;
  readonly sold: bigint;
  readonly recognised: bigint;
  readonly broken: bigint;
  readonly returned: bigint;
  readonly tax: bigint;
}

/** What an order is keyed on in the ledger: its money is known from the order. */
const SOURCES_OF_ORDERS = ['payment_intent', 'checkout_session', 'invoice'];

/** A purchase after its money or its lots have changed at an instant, and what is to be counted for it. Pure. */
export function counted(state: PurchaseState, at: Date): { state: PurchaseState; changes: RevenueChange[] } {
  const { accountId, currency, source, lots, standing: before } = state;
  const money = state.money ?? (SOURCES_OF_ORDERS.includes(source.type) ? undefined : paidElsewhere(lots));
  const standing = money === undefined ? NOTHING_SOLD : standingOf(money, lots);
  const laterAt = standing.later === 0n ? null : dueAt(money?.coversUntil ?? null, at);
  const changes: RevenueChange[] = [];
  const count = (change: Partial<RevenueChange>) =>
    changes.push({ accountId, currency, at, sold: 0n, recognised: 0n, broken: 0n, returned: 0n, tax: 0n, ...change });
  count({
    sold: standing.sold - before.sold,
    recognised: standing.recognised - before.recognised,
    broken: standing.broken - before.broken,
    returned: standing.returned - before.returned,
    tax: standing.tax - before.tax,
  });
  if (isLaterChanged(state, { standing, laterAt }, at)) {
    // What was to be recognised then is not any more, or what was by now is taken back now.
    if (state.laterAt !== null) count({ at: dueAt(state.laterAt, at), recognised: -before.later });
    if (laterAt !== null) count({ at: laterAt, recognised: standing.later });
    return { state: { ...state, standing, laterAt }, changes: changes.filter(isNews) };
  }
  return { state: { ...state, standing }, changes: changes.filter(isNews) };
}

function dueAt(due: Date | null, now: Date): Date {
  return due !== null && due > now ? due : now;
}

function isLaterChanged(before: PurchaseState, after: Pick<PurchaseState, 'standing' | 'laterAt'>, at: Date): boolean {
  if (before.standing.later !== after.standing.later) return true;
  if (before.laterAt === null || after.laterAt === null) return before.laterAt !== after.laterAt;
  // What was due by now stays where it was counted.
  return dueAt(before.laterAt, at).getTime() !== after.laterAt.getTime();
}

function isNews({ sold, recognised, broken, returned, tax }: RevenueChange): boolean {
  return sold !== 0n || recognised !== 0n || broken !== 0n || returned !== 0n || tax !== 0n;
}

/** What a lot has changed by, as a part of its purchase. */
export function movedBy(sums: LotFigures, before: LotFigures, after: LotFigures): LotFigures {
  const move = (name: keyof LotFigures) => sums[name] + after[name] - before[name];
  return {
    basisMinor: move('basisMinor'),
    spentMinor: move('spentMinor'),
    lapsedMinor: move('lapsedMinor'),
    takenMinor: move('takenMinor'),
    spent: move('spent'),
    lapsed: move('lapsed'),
    taken: move('taken'),
    left: move('left'),
  };
}
