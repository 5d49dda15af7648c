/** What Stripe says of a subscriber's invoices, and what the documented rules read off them. Times in milliseconds. */

const HOUR = 3_600_000;
/** Months differ by less than this. */
const SLACK = 4 * 24 * HOUR;

export interface ModelPlan {
  credits: number;
  /** The most that rolls over for a month; null where nothing does. */
  rolloverCap: number | null;
}

export type ModelPlans = Readonly<Record<string, ModelPlan>>;

/** What Stripe says of a paid invoice. */
export interface PaidInvoice {
  id: string;
  subscription: string;
  reason: 'create' | 'cycle' | 'update';
  createdMs: number;
  paidMs: number;
  chargedMinor: number;
  /** When the period began that it charges changes of. */
  changesSinceMs: number;
  lines: PaidLine[];
}

export interface PaidLine {
  id: string;
  item: string;
  plan: string;
  quantity: number;
  isProration: boolean;
  amountMinor: number;
  startMs: number;
  endMs: number;
  /** The lines whose money it gives back. */
  credits: { invoice: string; lines: readonly string[] } | null;
}

/** What a subscription holds when an invoice is heard of. */
export interface HeldItem {
  item: string;
  plan: string;
  quantity: number;
  addedMs: number;
}

export interface Span {
  startMs: number;
  endMs: number;
}

/** A stretch of time that an invoice charges anew or gives back. */
export interface Stretch extends Span {
  /** What the changed items gave before any of it, and give then. */
  before: number;
  after: number;
  /** What the items give that it says nothing of. */
  others: number;
  /** The line of the most credits among what is charged for it. */
  charged: PaidLine | undefined;
}

export function creditsOf(plans: ModelPlans, { plan, quantity }: { plan: string; quantity: number }): number {
  return (plans[plan]?.credits ?? 0) * quantity;
}

/** Money goes back for what was charged: that is the plan that counts, whatever the line names. */
export function asCharged(invoice: PaidInvoice, paid: readonly PaidInvoice[]): PaidInvoice {
  const lines = invoice.lines.map((line) => {
    const charging = [invoice, ...paid].find(({ id }) => id === line.credits?.invoice);
    const charge = charging?.lines.find(({ id }) => line.credits?.lines.includes(id));
    return charge === undefined ? line : { ...line, plan: charge.plan, quantity: charge.quantity };
  });
  return { ...invoice, lines };
}

function isBack({ isProration, amountMinor, credits }: PaidLine): boolean {
  return isProration && (amountMinor < 0 || credits !== null);
}

/**
 * The lines that an invoice gives money back of. Of an upgrade that is all that was changed with it, and what was given
 * back for it in turn, since it adds to those months. Undefined where it does not say it of all.
 */
export function linesGivenBack(invoice: PaidInvoice, paid: readonly PaidInvoice[]): Set<string> | undefined {
  const { lines, areAll } = knownGivenBack(invoice, paid);
  return areAll ? lines : undefined;
}

/** The same, as far as it says it, and whether it says it of all. */
export function knownGivenBack(invoice: PaidInvoice, paid: readonly PaidInvoice[]) {
  const back = invoice.lines.filter(isBack);
  const known = new Set([invoice, ...paid].map(({ id }) => id));
  const areAll = back.every(({ credits }) => credits !== null && known.has(credits.invoice));
  const lines = new Set<string>();
  const follow = (credits: PaidLine['credits']): void => {
    for (const id of credits?.lines ?? []) {
      if (lines.has(id)) continue;
      lines.add(id);
      const changed = paid.find((one) => one.id === credits?.invoice)?.lines.filter((line) => line.isProration) ?? [];
      if (!changed.some((line) => line.id === id)) continue;
      for (const line of changed) {
        if (isBack(line)) follow(line.credits);
        else lines.add(line.id);
      }
    }
  };
  for (const { credits } of back) follow(credits);
  return { lines, areAll };
}

/** The lines of a plan's own time. */
export function periodLines(plans: ModelPlans, { reason, lines }: PaidInvoice): PaidLine[] {
  return lines.filter(
    ({ plan, isProration, amountMinor }) =>
      plans[plan] !== undefined && (!isProration || (reason === 'create' && amountMinor > 0)),
  );
}

/** A stretch is what lies between two lines' beginnings or ends. For each, the lines that cover it are its history. */
export function stretchesOf(plans: ModelPlans, { reason, lines }: PaidInvoice, held: readonly HeldItem[]): Stretch[] {
  const changes = reason === 'create' ? [] : lines.filter(({ isProration }) => isProration);
  const bounds = [...new Set(changes.flatMap(({ startMs, endMs }) => [startMs, endMs]))].sort((a, b) => a - b);
  const items = [...new Set(changes.map(({ item }) => item))];
  return bounds.slice(0, -1).map((startMs, index) => {
    const histories = items.map((item) => historyAt(plans, changes, item, startMs));
    const charged = histories.flatMap(({ charge }) => charge ?? []);
    return {
      startMs,
      endMs: bounds[index + 1] ?? startMs,
      before: sum(histories.map(({ before }) => before)),
      after: sum(histories.map(({ after }) => after)),
      others: sum(
        held
          .filter(({ item, addedMs }) => !items.includes(item) && addedMs <= startMs)
          .map((one) => creditsOf(plans, one)),
      ),
      charged: charged.sort((a, b) => creditsOf(plans, b) - creditsOf(plans, a))[0],
    };
  });
}

/** What an item gave at first, and what of it is charged in the end, for an instant. */
function historyAt(plans: ModelPlans, changes: readonly PaidLine[], item: string, atMs: number) {
  const own = changes.filter((line) => line.item === item);
  const firstMs = Math.min(...own.map(({ startMs }) => startMs));
  const covering = own.filter(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
  const begunMs = covering.length === 0 ? firstMs : Math.min(...covering.map(({ startMs }) => startMs));
  const isAhead = atMs < firstMs;
  const givenBack = (isAhead ? own : covering)
    .filter((line) => line.startMs === begunMs && isBack(line))
    .map((line) => creditsOf(plans, line));
  // A year that was left for a month without its money comes back with the month.
  const before = Math.max(0, ...givenBack);
  if (isAhead) return { before, after: before, charge: undefined };
  const lastMs = Math.max(...covering.map(({ startMs }) => startMs));
  const charge = covering.find(
    ({ startMs, amountMinor, plan }) => startMs === lastMs && amountMinor > 0 && plans[plan] !== undefined,
  );
  return { before, after: charge === undefined ? 0 : creditsOf(plans, charge), charge };
}

/** Whether an invoice gives money back of what another one charges that was made before it. */
export function givesBack(one: PaidInvoice, charging: PaidInvoice): boolean {
  const charged = charging.lines.filter((line) => !isBack(line));
  return one.lines
    .filter(isBack)
    .some(
      ({ item, credits }) =>
        credits?.invoice === charging.id ||
        (one.subscription === charging.subscription &&
          one.createdMs > charging.createdMs &&
          charged.some((line) => line.item === item)),
    );
}

/** The months that a span of time is made of, each with the length of the month that it is, or is a part of. */
export function monthsOf({ startMs, endMs }: Span): (Span & { wholeMs: number })[] {
  const months: (Span & { wholeMs: number })[] = [];
  for (let at = startMs; at < endMs; ) {
    const nextMs = monthsAfter(startMs, months.length + 1);
    const untilMs = endMs - nextMs < SLACK ? endMs : nextMs;
    const isPart = nextMs - endMs > SLACK;
    months.push({ startMs: at, endMs: untilMs, wholeMs: (isPart ? nextMs : untilMs) - at });
    at = untilMs;
  }
  return months;
}

/** What an amount for a month is worth for so much of it. */
export function shareOf(credits: number, ms: number, whole: Span): number {
  const wholeMs = monthsOf(whole)[0]?.wholeMs ?? 0;
  return ms >= wholeMs ? credits : Math.floor((credits * Math.max(0, ms)) / wholeMs);
}

export function monthsAfter(ms: number, months: number): number {
  const from = new Date(ms);
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months + 1, 0)).getUTCDate();
  const then = new Date(ms);
  then.setUTCMonth(from.getUTCMonth() + months, Math.min(from.getUTCDate(), lastDay));
  return then.getTime();
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
