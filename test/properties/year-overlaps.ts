import { linesGivenBack, type PaidInvoice } from './year-invoices.js';

/** A month that was given, of a line, and a later line that has given for a part of the same time. */
export interface Overlap {
  subscription: string;
  line: string;
  lineMs: number;
  monthMs: number;
  laterMs: number;
}

/** Says which months may overlap: where a period was begun anew, what was paid for goes on until it is paid back. */
export class Overlaps {
  /** When a period may have begun before the last one was over. */
  private readonly begunAnew: { subscription: string; atMs: number }[] = [];
  /** Until when months of a line may begin that is paid back. */
  private readonly untilMs = new Map<string, number>();

  begun(subscription: string, atMs: number): void {
    this.begunAnew.push({ subscription, atMs });
  }

  /** What is paid back gives its months until that is heard of, and for as long as something is charged instead. */
  heard(invoice: PaidInvoice, paid: readonly PaidInvoice[], nowMs: number): void {
    if (invoice.reason === 'update')
      // Of whatever product.
      for (const { isProration, startMs } of invoice.lines) if (!isProration) this.begun(invoice.subscription, startMs);
    const instead = invoice.lines.filter(({ isProration, amountMinor }) => isProration && amountMinor > 0);
    const untilMs = Math.max(nowMs, ...instead.map(({ endMs }) => endMs));
    for (const line of linesGivenBack(invoice, paid) ?? [])
      this.untilMs.set(line, Math.min(untilMs, this.untilMs.get(line) ?? untilMs));
  }

  isRight({ subscription, line, lineMs, monthMs, laterMs }: Overlap): boolean {
    return (
      monthMs < (this.untilMs.get(line) ?? Number.POSITIVE_INFINITY) &&
      this.begunAnew.some((one) => one.subscription === subscription && lineMs < one.atMs && one.atMs <= laterMs)
    );
  }
}
