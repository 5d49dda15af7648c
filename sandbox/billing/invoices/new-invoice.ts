import type Stripe from 'stripe';
import { leastChargeMinor } from '../../payments/currencies.js';
import { newId } from '../../store/ids.js';

type Invoice = Stripe.Invoice;
type Line = Stripe.InvoiceLineItem;

export interface InvoiceFacts {
  id: string;
  subscription: Stripe.Subscription;
  customer: Stripe.Customer;
  billingReason: NonNullable<Invoice['billing_reason']>;
  lines: Line[];
  /** The span in which what it is about has come up: for a renewal the period that is over. */
  period: { start: number; end: number };
  created: number;
  /** When it is made final by itself; it stays a draft when absent. */
  finalizesAt: number | null;
  baseUrl: string;
}

export const newInvoiceId = (): string => newId('in');

/** A draft with its amounts. */
export function newInvoice(facts: InvoiceFacts): Invoice {
  const { id, subscription, customer, billingReason, lines, created, finalizesAt } = facts;
  return {
    ...noSuchFeatures,
    ...amountsOf(lines, customer.balance, subscription.currency),
    id,
    object: 'invoice',
    attempt_count: 0,
    attempted: false,
    auto_advance: finalizesAt !== null,
    automatic_tax: automaticTax(subscription),
    automatically_finalizes_at: finalizesAt,
    billing_reason: billingReason,
    created,
    currency: subscription.currency,
    customer: customer.id,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_tax_exempt: customer.tax_exempt ?? 'none',
    default_payment_method: null,
    discounts: subscription.discounts.map(String),
    effective_at: null,
    ending_balance: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    lines: lineList(id, lines),
    next_payment_attempt: finalizesAt,
    number: null,
    parent: {
      quote_details: null,
      subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
      type: 'subscription_details',
    },
    period_end: facts.period.end,
    period_start: facts.period.start,
    starting_balance: customer.balance,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    test_clock: subscription.test_clock === null ? null : String(subscription.test_clock),
    webhooks_delivered_at: created,
  };
}

export const lineList = (invoiceId: string, data: Line[]): Stripe.ApiList<Line> => ({
  object: 'list',
  data,
  has_more: false,
  url: `/v1/invoices/${invoiceId}/lines`,
});

const automaticTax = ({ automatic_tax: { enabled } }: Stripe.Subscription): Stripe.Invoice.AutomaticTax => ({
  disabled_reason: null,
  enabled,
  liability: enabled ? { type: 'self' } : null,
  provider: enabled ? 'stripe' : null,
  status: enabled ? 'complete' : null,
});

/**
 * What of a total is to be paid: a customer's credit is used up, what is less than nothing becomes such a credit, and
 * what is too little to be charged is left for the next invoice.
 */
export function dueOf(totalMinor: number, balanceMinor: number, currency: string): number {
  const owed = totalMinor + balanceMinor;
  return owed < leastChargeMinor(currency) ? 0 : owed;
}

/** The sums of the lines, and what of them is to be paid. */
export function amountsOf(lines: Line[], balanceMinor: number, currency: string) {
  const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const subtotal = sum(lines.map((line) => line.amount));
  const discounts = lines.flatMap((line) => line.discount_amounts ?? []);
  const taxes = lines.flatMap((line) => line.taxes ?? []);
  const exclusive = sum(taxes.filter((tax) => tax.tax_behavior === 'exclusive').map((tax) => tax.amount));
  const inclusive = sum(taxes.map((tax) => tax.amount)) - exclusive;
  const afterDiscount = subtotal - sum(discounts.map(({ amount }) => amount));
  const total = afterDiscount + exclusive;
  const due = dueOf(total, balanceMinor, currency);
  return {
    amount_due: due,
    amount_paid: 0,
    amount_remaining: due,
    subtotal,
    subtotal_excluding_tax: subtotal - inclusive,
    total,
    total_discount_amounts: together(discounts),
    total_excluding_tax: afterDiscount - inclusive,
    total_pretax_credit_amounts: together(discounts).map((each) => ({ ...each, type: 'discount' as const })),
    total_taxes: taxes.length === 0 ? [] : [allTaxes(taxes)],
  } satisfies Partial<Invoice>;
}

function together(amounts: Line['discount_amounts'] & object): { amount: number; discount: string }[] {
  const byDiscount = Map.groupBy(amounts, ({ discount }) => String(discount));
  return [...byDiscount].map(([discount, parts]) => ({
    amount: parts.reduce((sum, { amount }) => sum + amount, 0),
    discount,
  }));
}

function allTaxes(taxes: Line['taxes'] & object): Stripe.Invoice.TotalTax {
  const sum = (field: 'amount' | 'taxable_amount') => taxes.reduce((total, tax) => total + (tax[field] ?? 0), 0);
  const [{ tax_behavior = 'exclusive', tax_rate_details = null } = {}] = taxes;
  return {
    amount: sum('amount'),
    tax_behavior,
    tax_rate_details,
    taxability_reason: 'standard_rated',
    taxable_amount: sum('taxable_amount'),
    type: 'tax_rate_details',
  };
}

/** What an invoice says about everything that cannot be asked for here. */
const noSuchFeatures = {
  account_country: 'US',
  account_name: 'Scrip',
  account_tax_ids: null,
  amount_overpaid: 0,
  amount_shipping: 0,
  application: null,
  collection_method: 'charge_automatically',
  custom_fields: null,
  customer_account: null,
  customer_shipping: null,
  customer_tax_ids: [],
  default_source: null,
  default_tax_rates: [],
  description: null,
  due_date: null,
  footer: null,
  from_invoice: null,
  issuer: { type: 'self' },
  last_finalization_error: null,
  latest_revision: null,
  livemode: false,
  metadata: {},
  on_behalf_of: null,
  payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  statement_descriptor: null,
} satisfies Partial<Invoice>;
