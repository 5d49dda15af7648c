import { isCharge, type StripeInvoice, type StripeInvoiceLine } from '../../stripe/objects/billing-objects.js';

/**
 * The invoice, with each line that gives money back named by what was charged. Stripe gives back what was paid for a
 * time, whatever was held since: where an item was moved without proration, the line names what it was moved to. It
 * also says which lines it credits. Where those are known, on this invoice or on one that was paid before it, their
 * plan and quantity count; where they are not, or do not agree, what the line says itself. Pure.
 */
export function asCharged(invoice: StripeInvoice, paidBefore: readonly StripeInvoice[]): StripeInvoice {
  const known = [invoice, ...paidBefore];
  return { ...invoice, lines: invoice.lines.map((line) => lineAsCharged(line, known)) };
}

/** Months that an invoice gives money back for. */
export interface CreditedMonths<T> {
  months: readonly T[];
  /** Whether it is known of everything that it gives back what charged it. */
  areAll: boolean;
}

/**
 * The months that an invoice can give money back for: those of the lines that it credits. One that an upgrade has
 * charged adds to months that it gave the money back for, and all that was changed with it is one upgrade, so these are
 * among them. What any other line charged stays paid for. All months, where it is not known of everything that it gives
 * back what charged it. Pure.
 */
export function monthsCredited<T extends { stripeLineId: string }>(
  months: readonly T[],
  invoice: StripeInvoice,
  paidBefore: readonly StripeInvoice[],
): readonly T[] {
  const credited = creditedMonths(months, invoice, paidBefore);
  return credited.areAll ? credited.months : months;
}

/** Those of them of which it is known that lines charged them that an invoice credits. */
export function creditedMonths<T extends { stripeLineId: string }>(
  months: readonly T[],
  invoice: StripeInvoice,
  paidBefore: readonly StripeInvoice[],
): CreditedMonths<T> {
  const known = [invoice, ...paidBefore];
  const areAll = invoice.lines.every((line) => isCharge(line) || creditedBy(line, known).length > 0);
  const credited = new Set(creditedOn(invoice));
  for (const earlier of paidBefore.toReversed()) {
    const upgrades = earlier.lines
      .filter((line) => line.isProration && isCharge(line))
      .map((line) => line.stripeLineId);
    if (!upgrades.some((id) => credited.has(id))) continue;
    for (const id of [...upgrades, ...creditedOn(earlier)]) credited.add(id);
  }
  return { months: months.filter(({ stripeLineId }) => credited.has(stripeLineId)), areAll };
}

function creditedOn({ lines }: StripeInvoice): string[] {
  return lines.flatMap(({ credited }) => credited?.stripeLineIds ?? []);
}

function lineAsCharged(line: StripeInvoiceLine, known: readonly StripeInvoice[]): StripeInvoiceLine {
  const [charge, ...others] = creditedBy(line, known);
  if (charge === undefined || others.some((other) => !isSame(other, charge))) return line;
  const { plan, stripeProductId, quantity } = charge;
  return { ...line, plan, stripeProductId, quantity };
}

/** The lines whose money a line gives back, as far as they are known. */
function creditedBy({ credited }: StripeInvoiceLine, known: readonly StripeInvoice[]): StripeInvoiceLine[] {
  if (credited === null) return [];
  return known
    .filter(({ stripeInvoiceId }) => stripeInvoiceId === credited.stripeInvoiceId)
    .flatMap(({ lines }) => lines)
    .filter((line) => isCharge(line) && credited.stripeLineIds.includes(line.stripeLineId));
}

function isSame(a: StripeInvoiceLine, b: StripeInvoiceLine): boolean {
  return a.plan === b.plan && a.quantity === b.quantity;
}
