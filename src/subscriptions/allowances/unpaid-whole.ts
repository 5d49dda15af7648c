import type { StripeInvoice } from '../../stripe/objects/billing-objects.js';
import type { InvoiceContext } from './invoice-context.js';
import { later, monthsBefore, type Span } from './spans.js';

/**
 * A period that is not paid yet began when the subscription says, or the invoice. An invoice that begins another period
 * in its middle may speak of that one, and so does the subscription by then. Then it began where the one before it
 * ended, or, since that may be long ago or not be known, whole months before its own end: whatever is latest. Months
 * that were never given had no end.
 */
export function unpaidWhole(
  { startsAt, endsAt }: Span,
  { changesSince, lines }: StripeInvoice,
  { known, periodStart }: InvoiceContext,
): Span {
  const begun = lines.filter(({ isProration }) => !isProration).map((line) => line.startsAt.getTime());
  const told = [periodStart, changesSince].filter((at) => at <= startsAt && !begun.includes(at.getTime()));
  if (told.length > 0) return { startsAt: told.reduce(later), endsAt };
  const ends = known
    .filter(({ kind, status }) => kind !== 'upgrade' && status !== 'canceled')
    .map((before) => before.endsAt)
    .filter((at) => at <= startsAt);
  return { startsAt: ends.reduce(later, monthsBefore(endsAt, startsAt)), endsAt };
}
