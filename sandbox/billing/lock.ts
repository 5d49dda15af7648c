import type Stripe from 'stripe';
import { need } from '../api/common.js';
import type { HiddenInvoice, HiddenSubscription } from '../kinds/billing.js';
import { kinds } from '../kinds/kinds.js';
import { findObject, type Stored } from '../store/objects.js';
import type { Work } from '../store/work.js';

export type Subscription = Stored<Stripe.Subscription, HiddenSubscription>;
export type Invoice = Stored<Stripe.Invoice, HiddenInvoice>;

/** An invoice with the subscription that it is about. Who changes either of them has locked them in this order. */
export interface Billing {
  subscription: Subscription;
  invoice: Invoice;
}

export const lockSubscription = (work: Work, id: string): Promise<Subscription> =>
  need(work, kinds.subscription, id, { lock: true });

/** Locks the subscription, then the invoice. Throws Stripe's refusal when there is none. */
export async function lockInvoice(work: Work, invoiceId: string): Promise<Billing> {
  const { hidden } = await need(work, kinds.invoice, invoiceId);
  const subscription = await lockSubscription(work, hidden.subscriptionId);
  return { subscription, invoice: await need(work, kinds.invoice, invoiceId, { lock: true }) };
}

/** The invoice that a payment intent pays, if there is one. Locks the subscription, then the invoice. */
export async function lockInvoiceOf(work: Work, intentId: string): Promise<Billing | undefined> {
  const intent = await findObject(work.tx, kinds.paymentIntent, intentId);
  return intent?.hidden.invoiceId === undefined ? undefined : lockInvoice(work, intent.hidden.invoiceId);
}

export const customerOf = async (work: Work, { customer }: Stripe.Subscription): Promise<Stripe.Customer> =>
  (await need(work, kinds.customer, String(customer), { param: 'customer' })).shown;
