import type Stripe from 'stripe';
import type { Debit } from '../../kinds/billing.js';

/**
 * What the customer has been asked for by now for the time after `at`: by an invoice, and before it. What was noted
 * before it stood on the invoice is noted once.
 */
export function debitsOf(invoice: Stripe.Invoice, before: Debit[], at: number): Debit[] {
  const added = invoice.lines.data.flatMap((line): Debit[] => {
    const details = line.parent?.subscription_item_details;
    if (!details) return [];
    const discountMinor = (line.discount_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0);
    return [
      {
        itemId: details.subscription_item,
        amountMinor: line.amount - discountMinor,
        ...line.period,
        line: { invoiceId: invoice.id, lineId: line.id },
      },
    ];
  });
  const known = before.filter((debit) => !added.some((each) => isSame(each, debit)));
  return [...known, ...added].filter(({ end, amountMinor }) => end > at && amountMinor > 0);
}

const isSame = (a: Debit, b: Debit): boolean =>
  a.itemId === b.itemId && a.start === b.start && a.end === b.end && b.line === undefined;
