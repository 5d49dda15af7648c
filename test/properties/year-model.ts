/**
 * The rules of credits for one subscriber, once more and as simply as possible: numbers in lists. It is told what was
 * done and what Stripe has charged, and shares no code with the service.
 */

const HOUR = 3_600_000;
/** How long a month's credits outlive it when nothing follows. */
const LATE = 6 * HOUR;

export interface ModelPlan {
  credits: number;
  /** The most that rolls over for a month; null where nothing does. */
  rolloverCap: number | null;
}

/** What Stripe says of a paid invoice. Times in milliseconds. */
export interface PaidInvoice {
  id: string;
  subscription: string;
  reason: 'create' | 'cycle' | 'update';
  paidMs: number;
  chargedMinor: number;
  /** When the period began that it charges changes of. */
  changesSinceMs: number;
  lines: PaidLine[];
}

interface PaidLine {
  plan: string;
  quantity: number;
  isProration: boolean;
  amountMinor: number;
  startMs: number;
  endMs: number;
}

interface Lot {
  purchase: string;
  amount: number;
  left: number;
  lapsed: number;
  endsMs: number;
}

interface Period extends Lot {
  subscription: string;
  startMs: number;
  periodEndMs: number;
  paidMs: number;
  allotment: number;
  isUpgrade: boolean;
  isTrial: boolean;
  rolloverCap: number | null;
  isClosed: boolean;
}

interface Purchase {
  credits: number;
  chargedMinor: number;
  returnedMinor: number;
  lapsed: number;
  reversed: number;
}

export class SubscriberModel {
  /** In the order of their making. Periods are among them. */
  private readonly lots: Lot[] = [];
  private readonly periods: Period[] = [];
  private readonly purchases = new Map<string, Purchase>();
  private readonly seen = new Set<string>();
  private debt = 0;
  /** The invoices that may have begun a period before the last one was over. */
  readonly begunAnew = new Set<string>();

  constructor(private readonly plans: Readonly<Record<string, ModelPlan>>) {}

  get balance(): number {
    return this.lots.reduce((sum, { left }) => sum + left, 0) - this.debt;
  }

  /** Time passes: what is over lapses. */
  at(nowMs: number): void {
    for (const lot of this.lots) if (lot.endsMs <= nowMs) this.lapse(lot);
  }

  spend(amount: number): void {
    this.takeFrom(this.inOrder(), amount);
  }

  bought(id: string, credits: number, chargedMinor: number): void {
    if (this.purchases.has(id)) return;
    this.purchases.set(id, { credits, chargedMinor, returnedMinor: 0, lapsed: 0, reversed: 0 });
    this.give({ purchase: id, amount: credits, left: 0, lapsed: 0, endsMs: Number.POSITIVE_INFINITY });
  }

  /**
   * All paid invoices of a subscription, in the order in which they were paid, and when it ended; null while it goes
   * on.
   */
  heard(subscription: string, invoices: readonly PaidInvoice[], endedMs: number | null): void {
    const news = invoices.filter(({ id }) => !this.seen.has(id));
    const fresh = news.flatMap((invoice) => this.invoicePaid(invoice, endedMs));
    // What is heard at once is given in the order in which it begins, and is used up in that order.
    for (const period of fresh.sort((a, b) => a.startMs - b.startMs)) {
      if (!period.isUpgrade) this.closeBefore(period);
      this.give(period);
    }
    if (endedMs === null) return;
    const own = this.periods.filter((period) => period.subscription === subscription);
    for (const lot of this.lots) if (own.some(({ purchase }) => purchase === lot.purchase)) this.lapse(lot);
    for (const period of own) period.isClosed = true;
  }

  refunded(id: string, amountMinor: number): void {
    const purchase = this.purchases.get(id);
    if (purchase === undefined) throw new Error(`nothing was bought with ${id}`);
    purchase.returnedMinor += amountMinor;
    const returned = Math.min(purchase.chargedMinor, purchase.returnedMinor);
    const target = Math.floor((2 * purchase.credits * returned + purchase.chargedMinor) / (2 * purchase.chargedMinor));
    const missing = target - purchase.lapsed - purchase.reversed;
    const own = this.lots.filter((lot) => lot.purchase === id);
    const everLapsed = own.reduce((sum, { lapsed }) => sum + lapsed, 0);
    const lapsed = Math.min(missing, Math.max(0, everLapsed - purchase.lapsed));
    const taken = missing - lapsed;
    const ordered = this.inOrder();
    const others = ordered.filter((lot) => lot.purchase !== id);
    this.debt += this.takeFrom([...ordered.filter((lot) => lot.purchase === id), ...others], taken);
    purchase.lapsed += lapsed;
    purchase.reversed += taken;
  }

  isRefunded(id: string): boolean {
    const purchase = this.purchases.get(id);
    return purchase !== undefined && purchase.returnedMinor >= purchase.chargedMinor;
  }

  /** What an invoice gives, and not given yet. */
  private invoicePaid(invoice: PaidInvoice, endedMs: number | null): Period[] {
    this.seen.add(invoice.id);
    const fresh: Period[] = [];
    for (const line of invoice.lines) {
      const plan = this.plans[line.plan];
      if (plan === undefined) continue;
      const isUpgrade = line.isProration && invoice.reason !== 'create';
      const isTrial = !isUpgrade && line.amountMinor === 0;
      const endsTrial = this.periods.some(({ isTrial, periodEndMs }) => isTrial && periodEndMs === line.startMs);
      if (!isUpgrade && (invoice.reason === 'update' || endsTrial)) this.begunAnew.add(invoice.id);
      if (isUpgrade && line.amountMinor <= 0) continue;
      const isLate = isUpgrade && invoice.reason === 'cycle';
      const nextChangeMs = Math.min(...startsOfChanges(invoice).filter((ms) => ms > line.startMs), line.endMs);
      const paidFor = isTrial ? 0 : plan.credits * line.quantity;
      const credits = isUpgrade ? this.moreFor(plan, invoice, line, nextChangeMs) : shareOfMonth(paidFor, line);
      // What is charged with the next period is given with it.
      const span = (isLate ? invoice.lines.find(({ isProration }) => !isProration) : undefined) ?? line;
      const isNever = endedMs !== null && span.startMs >= endedMs;
      this.note(invoice, isNever ? 0 : credits);
      if (isNever || (isLate && credits === 0)) continue;
      const period: Period = {
        subscription: invoice.subscription,
        purchase: invoice.id,
        amount: credits,
        left: 0,
        lapsed: 0,
        startMs: span.startMs,
        periodEndMs: span.endMs,
        endsMs: span.endMs + LATE,
        paidMs: invoice.paidMs,
        // What holds for a part of the period, or for another one, says nothing of its rest.
        allotment: isLate || (isUpgrade && nextChangeMs < line.endMs) ? 0 : paidFor,
        isUpgrade,
        isTrial,
        rolloverCap: isTrial ? null : plan.rolloverCap,
        isClosed: false,
      };
      this.periods.push(period);
      fresh.push(period);
    }
    return fresh;
  }

  private note({ id, chargedMinor }: PaidInvoice, credits: number): void {
    const known = this.purchases.get(id);
    if (known !== undefined) known.credits += credits;
    else this.purchases.set(id, { credits, chargedMinor, returnedMinor: 0, lapsed: 0, reversed: 0 });
  }

  /**
   * What a plan gives more than the highest so far, from its change until the next one. A period that is not paid yet
   * will give what its own plan does: that of which the invoice gives the unused time back.
   */
  private moreFor(
    plan: ModelPlan,
    { subscription, lines, changesSinceMs }: PaidInvoice,
    { startMs, endMs, quantity }: PaidLine,
    untilMs: number,
  ): number {
    const own = this.periods.filter((period) => period.subscription === subscription);
    const current = own.filter((period) => period.startMs <= startMs && startMs < period.periodEndMs);
    const whole = current
      .filter(({ isUpgrade }) => !isUpgrade)
      .sort((a, b) => a.startMs - b.startMs)
      .at(-1);
    const beganMs =
      whole?.startMs ??
      Math.max(...[...own.map(({ periodEndMs }) => periodEndMs), changesSinceMs].filter((ms) => ms <= startMs));
    const [first] = lines
      .filter(({ isProration, amountMinor }) => isProration && amountMinor < 0)
      .sort((a, b) => a.startMs - b.startMs);
    const before = first === undefined ? 0 : (this.plans[first.plan]?.credits ?? 0) * first.quantity;
    const toCome = whole === undefined ? [before] : [];
    const highest = current
      .filter(({ isUpgrade, purchase }) => !(isUpgrade && this.isRefunded(purchase)))
      .reduce((most, { allotment }) => Math.max(most, allotment), Math.max(0, ...toCome));
    return Math.floor((Math.max(0, plan.credits * quantity - highest) * (untilMs - startMs)) / (endMs - beganMs));
  }

  private closeBefore(next: Period): void {
    const open = this.periods.filter(
      ({ subscription, isClosed, periodEndMs }) =>
        subscription === next.subscription && !isClosed && periodEndMs <= next.startMs,
    );
    for (const endMs of new Set(open.map(({ periodEndMs }) => periodEndMs))) {
      const period = open.filter(({ periodEndMs }) => periodEndMs === endMs);
      if (next.paidMs <= endMs + LATE) this.rollOver(period, next);
      for (const part of period) {
        this.lapse(part);
        part.isClosed = true;
      }
    }
  }

  private rollOver(period: readonly Period[], next: Period): void {
    const last = period.reduce((a, b) => (b.startMs >= a.startMs ? b : a));
    let cap = last.rolloverCap ?? 0;
    for (const part of period) {
      const hasLapsed = part.left === 0 && part.lapsed > 0;
      if (hasLapsed && (this.purchases.get(part.purchase)?.lapsed ?? 0) > 0) continue;
      const amount = Math.min(cap, hasLapsed ? part.lapsed : part.left);
      if (amount === 0) continue;
      cap -= amount;
      if (hasLapsed) part.lapsed -= amount;
      else part.left -= amount;
      this.give({ purchase: part.purchase, amount, left: 0, lapsed: 0, endsMs: monthAfter(next.startMs) });
    }
  }

  private give(lot: Lot): void {
    const repaid = Math.min(this.debt, lot.amount);
    this.debt -= repaid;
    lot.left = lot.amount - repaid;
    this.lots.push(lot);
  }

  private lapse(lot: Lot): void {
    lot.lapsed += lot.left;
    lot.left = 0;
  }

  private inOrder(): Lot[] {
    return this.lots.toSorted((a, b) => (a.endsMs === b.endsMs ? 0 : a.endsMs - b.endsMs));
  }

  /** Answers what none of them had. */
  private takeFrom(lots: readonly Lot[], amount: number): number {
    let open = amount;
    for (const lot of lots) {
      const taken = Math.min(lot.left, open);
      lot.left -= taken;
      open -= taken;
    }
    return open;
  }
}

function startsOfChanges({ lines }: PaidInvoice): number[] {
  return lines.filter(({ isProration }) => isProration).map(({ startMs }) => startMs);
}

/** Months differ by less than four days; what is shorter by more is a part of one. */
function shareOfMonth(credits: number, { startMs, endMs }: Pick<PaidLine, 'startMs' | 'endMs'>): number {
  const monthMs = monthAfter(startMs) - startMs;
  const isPart = monthMs - (endMs - startMs) > 4 * 24 * HOUR;
  return isPart ? Math.floor((credits * (endMs - startMs)) / monthMs) : credits;
}

function monthAfter(ms: number): number {
  const from = new Date(ms);
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 2, 0)).getUTCDate();
  const then = new Date(ms);
  then.setUTCMonth(from.getUTCMonth() + 1, Math.min(from.getUTCDate(), lastDay));
  return then.getTime();
}
