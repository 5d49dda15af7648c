import type { CostedEntry } from '../../ledger/costs/follow-costs.js';
import { NO_FIGURES } from '../../ledger/costs/follow-lots.js';
import type { SqlRunner } from '../../ledger/sql-runner.js';
import { NOTHING_SOLD } from './purchase.js';
import { counted, movedBy, type PurchaseState, type RevenueChange } from './purchase-state.js';
import {
  type MoneyChange,
  noteFollowedMoney,
  type PurchaseName,
  readPurchases,
  writePurchases,
} from './purchases.store.js';
import { addRevenue } from './revenue.store.js';

/** What has happened to purchases of accounts: their entries and the changes of their money, each in its order. */
export interface Happened {
  readonly entries: readonly CostedEntry[];
  readonly money: readonly MoneyChange[];
}

/**
 * Counts what entries and money have made of purchases, in the order of time. To be called under a lock on how far
 * their accounts were followed. What accounts share is locked last.
 */
export async function countRevenue(tx: SqlRunner, happened: Happened): Promise<void> {
  const known = new Map<string, PurchaseState>();
  for (const purchase of await readPurchases(tx, namedBy(happened))) known.set(keyOf(purchase), purchase);
  const changed = new Map<string, PurchaseState>();
  const changes: RevenueChange[] = [];
  const change = (
    name: PurchaseName,
    currency: string,
    at: Date,
    to: (purchase: PurchaseState) => Partial<PurchaseState>,
  ) => {
    const key = keyOf(name);
    const before = known.get(key) ?? unknown(name, currency);
    const after = counted({ ...before, ...to(before) }, at);
    known.set(key, after.state);
    changed.set(key, after.state);
    changes.push(...after.changes);
  };
  for (const step of inOrder(happened)) {
    if ('money' in step) change(step, step.currency, step.at, () => ({ money: step.money, currency: step.currency }));
    else
      for (const { lot, before, after } of step.changes) {
        const { accountId, recordedAt } = step.entry;
        const moved = ({ lots }: PurchaseState) => ({ lots: movedBy(lots, before, after) });
        change({ accountId, source: lot.purchase }, lot.currency, recordedAt, moved);
      }
  }
  await writePurchases(
    tx,
    [...changed].sort(byKey).map(([, purchase]) => purchase),
  );
  await noteFollowedMoney(tx, happened.money);
  await addRevenue(tx, changes);
}

function unknown({ accountId, source }: PurchaseName, currency: string): PurchaseState {
  return { accountId, source, currency, money: null, lots: NO_FIGURES, standing: NOTHING_SOLD, laterAt: null };
}

function namedBy({ entries, money }: Happened): PurchaseName[] {
  const names = new Map<string, PurchaseName>();
  const add = ({ accountId, source }: PurchaseName) => names.set(keyOf({ accountId, source }), { accountId, source });
  for (const { entry, changes } of entries)
    for (const { lot } of changes) add({ accountId: entry.accountId, source: lot.purchase });
  for (const change of money) add(change);
  return [...names.values()];
}

/** By time; what an order is paid or given back is told after the entries that came with it. */
function inOrder({ entries, money }: Happened): (CostedEntry | MoneyChange)[] {
  const at = (step: CostedEntry | MoneyChange) => ('money' in step ? step.at : step.entry.recordedAt).getTime();
  // Sorting keeps the order of what happened at one instant.
  return [...entries, ...money].sort((a, b) => at(a) - at(b));
}

function keyOf({ accountId, source }: PurchaseName): string {
  return `${accountId}\0${source.type}\0${source.id}`;
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
