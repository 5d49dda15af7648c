import type Stripe from 'stripe';
import { decimalOf } from '../../catalogue/currency-options.js';
import { isFor, priceLines, taxPercent } from '../../checkout/sessions/totals.js';
import type { LastingDiscount, LineDraft } from '../../kinds/billing.js';
import type { Reduction } from '../../kinds/session.js';
import { newId } from '../../store/ids.js';

type Line = Stripe.InvoiceLineItem;

/** What the lines of an invoice have in common. */
export interface LineTerms {
  invoiceId: string;
  subscriptionId: string;
  currency: string;
  metadata: Stripe.Metadata;
  discount?: LastingDiscount | undefined;
  taxed: boolean;
}

/** The lines as they stand on an invoice: with their discount, then their tax, in whole minor units. */
export function newLines(drafts: LineDraft[], terms: LineTerms): Line[] {
  const priced = pricesOf(drafts, terms);
  return drafts.map((draft, index) => {
    const { amount_discount = 0, amount_tax = 0 } = priced[index] ?? {};
    const { discount } = terms;
    return {
      id: newId('il'),
      object: 'line_item',
      amount: draft.amountMinor,
      currency: terms.currency,
      description: draft.description,
      discount_amounts:
        discount === undefined || amount_discount === 0 ? [] : [{ amount: amount_discount, discount: discount.id }],
      discountable: draft.discountable,
      discounts: [],
      invoice: terms.invoiceId,
      livemode: false,
      metadata: terms.metadata,
      parent: parentOf(draft, terms.subscriptionId),
      period: draft.period,
      pretax_credit_amounts: [],
      pricing: {
        price_details: { price: draft.price.id, product: draft.price.productId },
        type: 'price_details',
        unit_amount_decimal: decimalOf(draft.proration ? draft.amountMinor : draft.price.unitAmountMinor),
      },
      quantity: draft.quantity,
      quantity_decimal: decimalOf(draft.quantity),
      subscription: terms.subscriptionId,
      subtotal: draft.amountMinor,
      taxes: terms.taxed ? [taxOf(draft, amount_discount, amount_tax)] : [],
    };
  });
}

interface Priced {
  amount_discount: number;
  amount_tax: number;
}

/** Only lines that were not discounted before get the discount, and all of them get the tax. */
function pricesOf(drafts: LineDraft[], { discount, taxed }: LineTerms): Priced[] {
  const reduced = (draft: LineDraft): boolean => draft.discountable && discount !== undefined;
  const price = (chosen: LineDraft[], reduction?: Reduction) =>
    new Map(priceLines(chosen.map(soldAs), { reduction, taxed }).map((priced, index) => [chosen[index], priced]));
  const prices = new Map([
    ...price(drafts.filter(reduced), discount?.reduction),
    ...price(drafts.filter((draft) => !reduced(draft))),
  ]);
  return drafts.map((draft) => prices.get(draft) ?? { amount_discount: 0, amount_tax: 0 });
}

const soldAs = ({ amountMinor, price }: LineDraft) => ({
  amount_subtotal: amountMinor,
  price: { product: price.productId, tax_behavior: price.taxBehavior },
});

/** What a discount leaves of an amount for something. */
export function discounted(amountMinor: number, price: LineDraft['price'], reduction: Reduction | undefined): number {
  const sold = { amount_subtotal: amountMinor, price: { product: price.productId, tax_behavior: price.taxBehavior } };
  if (reduction === undefined || !isFor(reduction, sold)) return amountMinor;
  const [priced] = priceLines([sold], { reduction, taxed: false });
  return amountMinor - (priced?.amount_discount ?? 0);
}

const parentOf = ({ proration, credits, itemId, invoiceItemId }: LineDraft, subscription: string): Line['parent'] => ({
  invoice_item_details: null,
  subscription_item_details: {
    invoice_item: invoiceItemId ?? null,
    proration,
    proration_details: { credited_items: credits ?? null },
    subscription,
    subscription_item: itemId,
  },
  type: 'subscription_item_details',
});

function taxOf({ amountMinor, price }: LineDraft, discountMinor: number, taxMinor: number): Stripe.InvoiceLineItem.Tax {
  const inclusive = price.taxBehavior === 'inclusive';
  return {
    amount: taxMinor,
    tax_behavior: inclusive ? 'inclusive' : 'exclusive',
    tax_rate_details: { tax_rate: `txr_sandbox_${taxPercent}` },
    taxability_reason: 'standard_rated',
    taxable_amount: amountMinor - discountMinor - (inclusive ? taxMinor : 0),
    type: 'tax_rate_details',
  };
}
