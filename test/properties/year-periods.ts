import { monthsAfter, type PaidInvoice, type Span, shareOf } from './year-invoices.js';
import type { Lot } from './year-lots.js';

/** How long a month's credits are given for, and what becomes of them. */
export interface Period extends Lot, Span {
  subscription: string;
  /** What has charged it. */
  line: string;
  /** Counts the months of a line. */
  month: number;
  paidMs: number;
  allotment: number;
  isUpgrade: boolean;
  isTrial: boolean;
  rolloverCap: number | null;
  /** What of it lives on after it. */
  rolled: number;
  state: 'to come' | 'given' | 'closed' | 'never';
}

/** Of a month, first what upgrades have added, then what gives most. */
export function takeOffMonth(month: readonly Period[], off: number, still: number): void {
  const [one] = month;
  let left = one === undefined ? 0 : shareOf(off, one.endMs - one.startMs, one);
  const most = (a: Period, b: Period) => Number(b.isUpgrade) - Number(a.isUpgrade) || b.allotment - a.allotment;
  for (const period of month.toSorted(most)) {
    const taken = Math.min(left, period.amount);
    left -= taken;
    period.amount -= taken;
    period.allotment = period.isUpgrade ? Math.min(period.allotment, still) : Math.max(0, period.allotment - taken);
    if (period.amount === 0) period.state = 'never';
  }
}

/** The most that was given for an instant: an upgrade says what all plans give, a payment's periods add up. */
export function highestOf(known: readonly Period[], atMs: number, isRefunded: (purchase: string) => boolean): number {
  const counted = known.filter(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
  const byPayment = new Map<string, number>();
  for (const { isUpgrade, purchase, allotment } of counted)
    if (!isUpgrade) byPayment.set(purchase, (byPayment.get(purchase) ?? 0) + allotment);
  const upgrades = counted.filter(({ isUpgrade, purchase }) => isUpgrade && !isRefunded(purchase));
  return Math.max(0, ...byPayment.values(), ...upgrades.map(({ allotment }) => allotment));
}

/** The months or periods that a span reaches into, in the order of their beginning. */
export function wholesIn(known: readonly Period[], { startMs, endMs }: Span): (Span & { isTrial: boolean })[] {
  const wholes = new Map<number, Span & { isTrial: boolean }>();
  for (const period of known) {
    if (period.isUpgrade || period.endMs <= startMs || period.startMs >= endMs) continue;
    const whole = wholes.get(period.endMs);
    wholes.set(period.endMs, {
      startMs: Math.min(period.startMs, whole?.startMs ?? period.startMs),
      endMs: period.endMs,
      isTrial: period.isTrial && (whole?.isTrial ?? true),
    });
  }
  return [...wholes.values()].sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

/**
 * A period that is not paid yet began when the invoice says, unless that speaks of another one that it begins. Then it
 * began where the last one was over, or whole months before its own end where that is later: where something else was
 * held meanwhile, nothing was given of the months between, and they are not what is paid for.
 */
export function unpaid({ startMs, endMs }: Span, known: readonly Period[], invoice: PaidInvoice): Span {
  const { changesSinceMs, lines } = invoice;
  const isOfNext = lines.some((line) => !line.isProration && line.startMs === changesSinceMs);
  if (changesSinceMs <= startMs && !isOfNext) return { startMs: changesSinceMs, endMs };
  const ends = known.filter(({ isUpgrade }) => !isUpgrade).map((period) => period.endMs);
  let months = -1;
  while (monthsAfter(endMs, months) > startMs) months -= 1;
  return { startMs: Math.max(monthsAfter(endMs, months), ...ends.filter((ms) => ms <= startMs)), endMs };
}
