import {
  asCharged,
  creditsOf,
  givesBack,
  type HeldItem,
  linesGivenBack,
  type ModelPlans,
  monthsAfter,
  monthsOf,
  type PaidInvoice,
  periodLines,
  type Span,
  type Stretch,
  shareOf,
  stretchesOf,
  sum,
} from './year-invoices.js';
import { lapse, ModelLots } from './year-lots.js';
import { Overlaps } from './year-overlaps.js';
import { cutOff, highestOf, type Period, takeOffMonth, unpaid, wholesIn } from './year-periods.js';

/**
 * The rules of credits for one subscriber, once more and as simply as possible: numbers in lists. It is told what was
 * done and what Stripe has charged, and shares no code with the service.
 */

/** How long a month's credits outlive it when nothing follows. */
const LATE = 6 * 3_600_000;

/** A subscription as it is when its invoices are heard of. */
export interface HeardSubscription {
  id: string;
  /** Null while it goes on. */
  endedMs: number | null;
  items: HeldItem[];
}

interface Purchase {
  credits: number;
  chargedMinor: number;
  returnedMinor: number;
  lapsed: number;
  reversed: number;
}

export class SubscriberModel {
  private readonly lots = new ModelLots();
  private readonly periods: Period[] = [];
  private readonly purchases = new Map<string, Purchase>();
  private readonly paid: PaidInvoice[] = [];
  /** By subscription, what was given for time that was cut off, and is to be taken off what is given next. */
  private readonly carried = new Map<string, number>();
  readonly overlaps = new Overlaps();

  constructor(private readonly plans: ModelPlans) {}

  get balance(): number {
    return this.lots.balance;
  }

  /** What was given for times, for a failure's message. */
  get given(): string[] {
    const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    return this.periods.map(
      ({ amount, left, state, startMs, endMs, purchase }) =>
        `${amount}, left ${left}, ${state} ${dayOf(startMs)} ${dayOf(endMs)} ${purchase}`,
    );
  }

  /** Time passes: months begin, and what is over lapses. */
  at(nowMs: number): void {
    // What is heard at once is given in the order in which it begins, and is used up in that order.
    const due = this.periods.filter(({ state, startMs }) => state === 'to come' && startMs <= nowMs);
    for (const period of due.sort((a, b) => a.startMs - b.startMs)) {
      // The later months of what was paid back as a whole do not come.
      if (period.month > 0 && this.isRefunded(period.purchase)) continue;
      period.state = 'given';
      this.closeFollowed(period);
      const purchase = this.purchases.get(period.purchase);
      if (purchase !== undefined) purchase.credits += period.amount;
      this.lots.give(period);
      // What went back of its money before is settled with it.
      if (purchase !== undefined && purchase.returnedMinor > 0) this.refunded(period.purchase, 0);
    }
    // What is heard of when its time is over already, and was followed, rolls over late.
    this.closeFollowed();
    for (const lot of this.lots.all) if (lot.endsMs <= nowMs) lapse(lot);
  }

  spend(amount: number): void {
    this.lots.take(amount);
  }

  bought(id: string, credits: number, chargedMinor: number): void {
    if (this.purchases.has(id)) return;
    this.purchases.set(id, { credits, chargedMinor, returnedMinor: 0, lapsed: 0, reversed: 0 });
    this.lots.give({ purchase: id, amount: credits, left: 0, lapsed: 0, endsMs: Number.POSITIVE_INFINITY });
  }

  /** All paid invoices of a subscription, in the order in which they were paid. */
  heard(subscription: HeardSubscription, invoices: readonly PaidInvoice[], nowMs: number): void {
    for (const invoice of invoices)
      if (!this.paid.some(({ id }) => id === invoice.id)) {
        this.overlaps.heard(invoice, this.paid, nowMs);
        this.invoicePaid(invoice, subscription);
      }
    const { id, endedMs } = subscription;
    const own = this.periods.filter((period) => period.subscription === id);
    for (const period of own)
      if (period.state === 'to come' && endedMs !== null && period.startMs >= endedMs) period.state = 'never';
    this.at(nowMs);
    if (endedMs === null) return;
    for (const lot of this.lots.all) if (own.some(({ purchase }) => purchase === lot.purchase)) lapse(lot);
    for (const period of own) if (period.state === 'given') period.state = 'closed';
  }

  refunded(id: string, amountMinor: number): void {
    const purchase = this.purchases.get(id);
    if (purchase === undefined) throw new Error(`nothing was bought with ${id}`);
    purchase.returnedMinor += amountMinor;
    const returned = Math.min(purchase.chargedMinor, purchase.returnedMinor);
    const target = Math.floor((2 * purchase.credits * returned + purchase.chargedMinor) / (2 * purchase.chargedMinor));
    const missing = target - purchase.lapsed - purchase.reversed;
    const own = this.lots.all.filter((lot) => lot.purchase === id);
    const everLapsed = own.reduce((sum, { lapsed }) => sum + lapsed, 0);
    const lapsed = Math.min(missing, Math.max(0, everLapsed - purchase.lapsed));
    const taken = missing - lapsed;
    this.lots.takeBack(id, taken);
    purchase.lapsed += lapsed;
    purchase.reversed += taken;
  }

  isRefunded(id: string): boolean {
    const purchase = this.purchases.get(id);
    return purchase !== undefined && purchase.returnedMinor > 0 && purchase.returnedMinor >= purchase.chargedMinor;
  }

  /** What an invoice takes off and gives. */
  private invoicePaid(stated: PaidInvoice, { items }: HeardSubscription): void {
    const invoice = asCharged(stated, this.paid);
    this.purchases.set(invoice.id, {
      credits: 0,
      chargedMinor: invoice.chargedMinor,
      returnedMinor: 0,
      lapsed: 0,
      reversed: 0,
    });
    const stretches = stretchesOf(this.plans, invoice, items);
    const known = this.periods.filter(
      ({ subscription, state }) => subscription === invoice.subscription && state !== 'never',
    );
    const upgrades = this.upgrades(invoice, stretches, known);
    const uncovered = this.takeOff(invoice, stretches, known, this.paid);
    this.carry(invoice, uncovered + this.cutOff(invoice, stretches, known));
    const periods = this.newPeriods(invoice);
    this.periods.push(...upgrades, ...periods);
    // What was made after it and paid before it can have given its money back.
    for (const other of this.paid.filter((one) => givesBack(one, invoice))) {
      const paid = [...this.paid, invoice];
      const back = asCharged(other, paid);
      this.carry(invoice, this.takeOff(back, stretchesOf(this.plans, back, items), [...upgrades, ...periods], paid));
    }
    this.paid.push(invoice);
  }

  private carry({ subscription }: PaidInvoice, more: number): void {
    this.carried.set(subscription, (this.carried.get(subscription) ?? 0) + more);
  }

  /** Each month of what is paid for, less what was given for time that was cut off, by this one or before. */
  private newPeriods(invoice: PaidInvoice): Period[] {
    const lines = periodLines(this.plans, invoice);
    return lines.flatMap((line) => {
      const isTrial = line.amountMinor === 0;
      const endsTrial = this.periods.some((period) => period.isTrial && period.endMs === line.startMs);
      if (endsTrial) this.overlaps.begun(invoice.subscription, line.startMs);
      const allotment = isTrial ? 0 : creditsOf(this.plans, line);
      const months = isTrial ? [{ ...line, wholeMs: line.endMs - line.startMs }] : monthsOf(line);
      return months.map((span, month) => {
        const full = shareOf(allotment, span.endMs - span.startMs, { ...span, endMs: span.startMs + span.wholeMs });
        const covered = Math.min(this.carried.get(invoice.subscription) ?? 0, full);
        this.carry(invoice, -covered);
        const rolloverCap = isTrial ? null : (this.plans[line.plan]?.rolloverCap ?? null);
        return this.period(invoice, span, {
          line: line.id,
          month,
          amount: full - covered,
          covered,
          allotment,
          isTrial,
          rolloverCap,
        });
      });
    });
  }

  private cutOff(invoice: PaidInvoice, stretches: readonly Stretch[], known: readonly Period[]): number {
    const { paid, periods } = this;
    return cutOff(invoice, { stretches, known, paid, periods, highest: (some, atMs) => this.highest(some, atMs) });
  }

  /** For each stretch and month what all plans give more than was given, or will be by a period not yet paid. */
  private upgrades(invoice: PaidInvoice, stretches: readonly Stretch[], known: readonly Period[]): Period[] {
    const [first, last] = [stretches[0], stretches.at(-1)];
    if (first === undefined || last === undefined) return [];
    const span = { startMs: first.startMs, endMs: last.endMs };
    const paid = wholesIn(known, span);
    const wholes =
      paid.length > 0
        ? paid
        : monthsOf(unpaid(span, known, invoice))
            .filter(({ endMs }) => endMs > span.startMs)
            .map((month) => ({ ...month, isTrial: false }));
    // What is charged with the next period is given with it.
    const months = new Map<string, number>();
    const next = invoice.reason === 'cycle' ? invoice.lines.find(({ isProration }) => !isProration) : undefined;
    return stretches.flatMap(({ charged, before, after, others, ...stretch }) =>
      charged === undefined
        ? []
        : wholes.flatMap((whole, index): Period[] => {
            const startMs = Math.max(stretch.startMs, whole.startMs);
            const endMs = Math.min(stretch.endMs, whole.endMs, wholes[index + 1]?.startMs ?? whole.endMs);
            if (startMs >= endMs || whole.isTrial) return [];
            const given = Math.max(paid.length > 0 ? 0 : before + others, this.highest(known, startMs));
            // What the others give without having been paid for comes with the next period.
            const paidOthers = Math.min(others, Math.max(0, given - before));
            const more = Math.max(0, after + paidOthers - given);
            const amount = shareOf(more, endMs - startMs, whole);
            if (next !== undefined && amount === 0) return [];
            const part = next ?? { startMs, endMs: Math.min(whole.endMs, charged.endMs) };
            // What holds for a part of the period, or for another one, says nothing of its rest.
            const allotment = next !== undefined || endMs < whole.endMs ? 0 : Math.min(given + more, after + others);
            const rolloverCap = this.plans[charged.plan]?.rolloverCap ?? null;
            const month = months.get(charged.id) ?? 0;
            months.set(charged.id, month + 1);
            const ofLine = { line: charged.id, month, amount, allotment, isUpgrade: true, rolloverCap };
            return [this.period(invoice, part, ofLine)];
          }),
    );
  }

  /** Months to come of a year whose money is given back give less by that, and still what is paid for instead. */
  private takeOff(
    invoice: PaidInvoice,
    stretches: readonly Stretch[],
    known: readonly Period[],
    paid: readonly PaidInvoice[],
  ): number {
    let uncovered = 0;
    const changes = invoice.lines.filter(({ isProration }) => isProration);
    const lastMs = Math.max(...changes.map(({ startMs }) => startMs));
    const back = linesGivenBack(invoice, paid);
    const toCome = known.filter(
      ({ state, startMs, line }) => state === 'to come' && startMs >= lastMs && (back?.has(line) ?? true),
    );
    for (const endMs of new Set(toCome.map((period) => period.endMs))) {
      const month = toCome.filter((period) => period.endMs === endMs);
      const startMs = Math.max(...month.map((period) => period.startMs));
      const stretch = stretches.find((one) => one.startMs <= startMs && startMs < one.endMs);
      if (stretch === undefined) continue;
      const { before, after, others } = stretch;
      // An upgrade that is spread over the months of two years says of neither what it gives.
      const given = Math.max(this.highest(month, startMs), sum(month.map(({ amount, covered }) => amount + covered)));
      const paidOthers = Math.min(others, Math.max(0, given - before));
      const off = Math.min(before - after, given - after - paidOthers);
      if (off > 0) uncovered += takeOffMonth(month, off, given - off);
    }
    return uncovered;
  }

  private period({ subscription, id, paidMs }: PaidInvoice, { startMs, endMs }: Span, more: Partial<Period>): Period {
    return {
      ...{ subscription, purchase: id, line: '', paidMs, startMs, endMs, endsMs: endMs + LATE },
      ...{ month: 0, amount: 0, left: 0, lapsed: 0, rolled: 0, allotment: 0, rolloverCap: null },
      ...{ covered: 0, overMs: endMs },
      ...{ isUpgrade: false, isTrial: false, state: 'to come' },
      ...more,
    };
  }

  private highest(known: readonly Period[], atMs: number): number {
    return highestOf(known, atMs, (purchase) => this.isRefunded(purchase));
  }

  /** Ends what another one has followed, but for what begins itself. */
  private closeFollowed(beginning?: Period): void {
    const open = this.periods.filter((period) => period.state === 'given' && period !== beginning);
    for (const first of open.toSorted((a, b) => a.endMs - b.endMs)) {
      const next = first.state === 'given' ? this.followerOf(first) : undefined;
      if (next === undefined) continue;
      const period = open.filter((one) => one.subscription === first.subscription && one.endMs === first.endMs);
      if (next.month > 0 || next.paidMs <= first.endMs + LATE) this.rollOver(period, next);
      for (const part of period) {
        lapse(part);
        part.state = 'closed';
      }
    }
  }

  /** The first that has begun when a period was over, or later. */
  private followerOf({ subscription, endMs }: Period): Period | undefined {
    return this.periods
      .filter((one) => one.subscription === subscription && !one.isUpgrade && one.startMs >= endMs)
      .filter(({ state }) => state === 'given' || state === 'closed')
      .sort((a, b) => a.startMs - b.startMs)[0];
  }

  private rollOver(period: readonly Period[], next: Period): void {
    const last = period.reduce((a, b) => (b.startMs >= a.startMs ? b : a));
    const before = this.periods.filter(
      ({ subscription, endMs }) => subscription === last.subscription && endMs === last.endMs,
    );
    let cap = Math.max(0, (last.rolloverCap ?? 0) - sum(before.map(({ rolled }) => rolled)));
    for (const part of period) {
      const hasLapsed = part.left === 0 && part.lapsed > 0;
      if (hasLapsed && (this.purchases.get(part.purchase)?.lapsed ?? 0) > 0) continue;
      const amount = Math.min(cap, hasLapsed ? part.lapsed : part.left);
      if (amount === 0) continue;
      cap -= amount;
      part.rolled += amount;
      if (hasLapsed) part.lapsed -= amount;
      else part.left -= amount;
      this.lots.give({ purchase: part.purchase, amount, left: 0, lapsed: 0, endsMs: monthsAfter(next.startMs, 1) });
    }
  }
}
