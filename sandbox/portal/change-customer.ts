import type Stripe from 'stripe';
import { kinds } from '../kinds.js';
import { confirmSetup, type Setup } from '../payments/confirm-setup.js';
import { detachMethod, saveDefault } from '../payments/detach-method.js';
import { keepMethod, type Means } from '../payments/new-payment-method.js';
import { keepSetupIntent } from '../payments/new-setup-intent.js';
import { findObject } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { saveChange } from '../webhooks/change.js';

/** Saves a card of a customer who is there, and lets the bank ask first where it wants to. */
export async function addCard(work: Work, customer: Stripe.Customer, means: Means, returnUrl: string): Promise<Setup> {
  const intent = await keepSetupIntent(work, { customerId: customer.id, data: {} });
  const method = await keepMethod(work, means, { email: customer.email }, 'usd');
  return confirmSetup(work, intent, method, { returnUrl });
}

/** Takes a card of the customer's away. Answers false when it is not theirs. Locks the card, then the customer. */
export async function removeCard(work: Work, customerId: string, methodId: string): Promise<boolean> {
  const method = await findObject(work.tx, kinds.paymentMethod, methodId, { lock: true });
  if (method?.shown.customer !== customerId) return false;
  await detachMethod(work, method);
  return true;
}

/** Makes a card of the customer's the one that they pay with usually. Answers false when it is not theirs. */
export async function useCard(work: Work, customerId: string, methodId: string): Promise<boolean> {
  const method = await findObject(work.tx, kinds.paymentMethod, methodId);
  if (method?.shown.customer !== customerId) return false;
  await saveDefault(work, customerId, methodId);
  return true;
}

/** What a customer may change about themselves. */
export type CustomerTexts = Partial<Pick<Stripe.Customer, 'email' | 'name' | 'phone'>>;

/** Locks the customer. */
export async function changeCustomer(work: Work, customerId: string, texts: CustomerTexts): Promise<void> {
  const customer = await findObject(work.tx, kinds.customer, customerId, { lock: true });
  if (customer === undefined) return;
  await saveChange(work, customer.shown, { ...customer, shown: { ...customer.shown, ...texts } }, 'customer.updated');
}
