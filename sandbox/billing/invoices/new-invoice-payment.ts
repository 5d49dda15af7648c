import type Stripe from 'stripe';
import { newId } from '../../store/ids.js';

/** What ties a payment intent to the invoice that it pays. */
export const newInvoicePayment = (
  { id, amount_due, currency }: Stripe.Invoice,
  intentId: string,
  created: number,
): Stripe.InvoicePayment => ({
  id: newId('inpay'),
  object: 'invoice_payment',
  amount_paid: null,
  amount_requested: amount_due,
  created,
  currency,
  invoice: id,
  is_default: true,
  livemode: false,
  payment: { payment_intent: intentId, type: 'payment_intent' },
  status: 'open',
  status_transitions: { canceled_at: null, paid_at: null },
});
