import type Stripe from 'stripe';
import { decimalOf } from '../../catalogue/currency-options.js';
import type { HiddenInvoiceItem, LineDraft } from '../../kinds/billing.js';
import { newId } from '../../store/ids.js';
import type { Stored } from '../../store/objects.js';

export type InvoiceItem = Stored<Stripe.InvoiceItem, HiddenInvoiceItem>;

/** What is to stand on the next invoice of a subscription. */
export function newInvoiceItem(subscription: Stripe.Subscription, given: LineDraft, created: number): InvoiceItem {
  const draft = { ...given, invoiceItemId: newId('ii') };
  return { shown: shownItem(draft.invoiceItemId, subscription, draft, created), hidden: { draft } };
}

const shownItem = (
  id: string,
  subscription: Stripe.Subscription,
  draft: LineDraft,
  created: number,
): Stripe.InvoiceItem => ({
  id,
  object: 'invoiceitem',
  amount: draft.amountMinor,
  currency: subscription.currency,
  customer: String(subscription.customer),
  customer_account: null,
  date: created,
  description: draft.description,
  discountable: draft.discountable,
  discounts: [],
  invoice: null,
  livemode: false,
  metadata: {},
  net_amount: draft.amountMinor,
  parent: {
    subscription_details: { subscription: subscription.id, subscription_item: draft.itemId },
    type: 'subscription_details',
  },
  period: draft.period,
  pricing: {
    price_details: { price: draft.price.id, product: draft.price.productId },
    type: 'price_details',
    unit_amount_decimal: decimalOf(draft.amountMinor),
  },
  proration: draft.proration,
  proration_details: { credited_items: creditedBy(draft), discount_amounts: [] },
  quantity: draft.quantity,
  quantity_decimal: decimalOf(draft.quantity),
  tax_rates: [],
  test_clock: subscription.test_clock === null ? null : String(subscription.test_clock),
});

const creditedBy = ({ credits }: LineDraft): Stripe.InvoiceItem.ProrationDetails.CreditedItems | null =>
  credits === undefined ? null : { invoice_line_item_details: credits, type: 'invoice_line_items' };
