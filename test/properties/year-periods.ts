import {
  knownGivenBack,
  monthsAfter,
  monthsOf,
  type PaidInvoice,
  type Span,
  type Stretch,
  shareOf,
  sum,
} from './year-invoices.js';
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
  /** What of it was given before, for time that was cut off. */
  covered: number;
  /** When its time is over: before its end where another period has cut it off. */
  overMs: number;
  state: 'to come' | 'given' | 'closed' | 'never';
}

/**
 * Of a month, first what upgrades have added, then what gives most. Returns what of it would not have been given again,
 * since it was given before.
 */
export function takeOffMonth(month: readonly Period[], off: number, still: number): number {
  let uncovered = 0;
  const [one] = month;
  let left = one === undefined ? 0 : shareOf(off, one.endMs - one.startMs, one);
  const most = (a: Period, b: Period) => Number(b.isUpgrade) - Number(a.isUpgrade) || b.allotment - a.allotment;
  for (const period of month.toSorted(most)) {
    const taken = Math.min(left, period.amount);
    const ofCovered = Math.min(left - taken, period.covered);
    left -= taken + ofCovered;
    uncovered += ofCovered;
    period.amount -= taken;
    period.covered -= ofCovered;
    period.allotment = period.isUpgrade
      ? Math.min(period.allotment, still)
      : Math.max(0, period.allotment - taken - ofCovered);
    if (period.amount === 0 && period.covered === 0) period.state = 'never';
  }
  return uncovered;
}

function runsAt({ startMs, overMs }: Period, atMs: number): boolean {
  return startMs <= atMs && atMs < overMs;
}

/** The most that was given for an instant: an upgrade says what all plans give, a payment's periods add up. */
export function highestOf(known: readonly Period[], atMs: number, isRefunded: (purchase: string) => boolean): number {
  const counted = known.filter((period) => runsAt(period, atMs));
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
    if (period.isUpgrade || period.overMs <= startMs || period.startMs >= endMs) continue;
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

/** What is known when an invoice is heard of. */
interface Heard {
  stretches: readonly Stretch[];
  known: readonly Period[];
  /** Those too that never came. */
  periods: readonly Period[];
  paid: readonly PaidInvoice[];
  highest: (periods: readonly Period[], atMs: number) => number;
}

/**
 * What was given for the rest of periods that another one is begun in the middle of, where its money goes back. What
 * was paid for at once gave each its own. Where it is not said of all what charged it, the last one that began counts.
 * Their time is over then.
 */
export function cutOff(invoice: PaidInvoice, heard: Heard): number {
  const { known, paid, periods } = heard;
  const atMs = invoice.lines.find(({ isProration }) => !isProration)?.startMs;
  if (invoice.reason !== 'update' || atMs === undefined) return 0;
  const { lines, areAll } = knownGivenBack(invoice, paid);
  const named = known.filter((period) => lines.has(period.line) && !period.isTrial && runsAt(period, atMs));
  const off = sum([...new Set(named.map(({ endMs }) => endMs))].map((endMs) => restOfNamed(named, endMs, atMs, heard)));
  const isKnown = areAll && periods.some(({ line }) => lines.has(line));
  const told = isKnown ? { off: 0, periods: [] } : lastCutOff(invoice, atMs, heard);
  for (const period of told.off > off ? told.periods : named) period.overMs = atMs;
  return Math.max(told.off, off);
}

function restOfNamed(named: readonly Period[], endMs: number, atMs: number, { known, highest }: Heard): number {
  const ofMonth = named.filter((period) => period.endMs === endMs);
  const running = known.filter((period) => !period.isUpgrade && !period.isTrial && runsAt(period, atMs));
  const same = running.filter((period) => period.endMs === endMs);
  const upgrades = ofMonth.filter(({ isUpgrade }) => isUpgrade);
  const more = Math.max(0, highest(upgrades, atMs) - highest(same.length > 0 ? same : running, atMs));
  const paid = sum(ofMonth.filter(({ isUpgrade }) => !isUpgrade).map(({ allotment }) => allotment));
  const startMs = Math.min(...(same.length > 0 ? same : ofMonth).map((period) => period.startMs));
  return restOf(paid + more, { startMs, endMs }, atMs);
}

function lastCutOff(invoice: PaidInvoice, atMs: number, { stretches, known, highest }: Heard) {
  const cut = stretches.find(({ startMs, endMs, charged }) => startMs <= atMs && atMs < endMs && charged === undefined);
  if (cut === undefined || cut.before + cut.others === 0) return { off: 0, periods: [] };
  const whole = wholesIn(known, { startMs: atMs, endMs: atMs + 1 }).at(-1);
  if (whole !== undefined) {
    const periods = known.filter((period) => period.endMs === whole.endMs && runsAt(period, atMs));
    return { off: restOf(highest(known, atMs), whole, atMs), periods };
  }
  const months = monthsOf(unpaid({ startMs: atMs, endMs: cut.endMs }, known, invoice));
  const month = months.find(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
  return { off: month === undefined ? 0 : restOf(cut.before + cut.others, month, atMs), periods: [] };
}

/** What a span gives less what its time until an instant is worth, which is rounded down as everything is. */
function restOf(amount: number, { startMs, endMs }: Span, atMs: number): number {
  const span = { startMs, endMs };
  return shareOf(amount, endMs - startMs, span) - shareOf(amount, atMs - startMs, span);
}
