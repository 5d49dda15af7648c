import type Stripe from 'stripe';
import { saveChange } from '../../events/change.js';
import { kinds } from '../../kinds/kinds.js';
import { findObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import type { Method } from './new-payment-method.js';

/**
 * Takes a payment method from its customer, for good. When it was what they pay with usually, nothing is after that.
 */
export async function detachMethod(work: Work, { shown, hidden }: Method): Promise<Stripe.PaymentMethod> {
  const detached: Method = { shown: { ...shown, customer: null }, hidden: { ...hidden, usedUp: true } };
  await saveChange(work, shown, detached, 'payment_method.detached');
  const customer = await findObject(work.tx, kinds.customer, String(shown.customer), { lock: true });
  if (customer?.shown.invoice_settings.default_payment_method === shown.id) {
    await saveDefault(work, customer.shown.id, null);
  }
  return detached.shown;
}

/** Notes what a customer pays with usually. Locks the customer. */
export async function saveDefault(work: Work, customerId: string, methodId: string | null): Promise<void> {
  const customer = await findObject(work.tx, kinds.customer, customerId, { lock: true });
  if (customer === undefined) return;
  const shown: Stripe.Customer = {
    ...customer.shown,
    invoice_settings: { ...customer.shown.invoice_settings, default_payment_method: methodId },
  };
  await saveChange(work, customer.shown, { ...customer, shown }, 'customer.updated');
}
