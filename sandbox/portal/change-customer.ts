import type Stripe from 'stripe';
import { saveChange } from '../events/change.js';
import { kinds } from '../kinds/kinds.js';
import { detachMethod, saveDefault } from '../payments/methods/detach-method.js';
import { keepMethod, type Means } from '../payments/methods/new-payment-method.js';
import { confirmSetup, type Setup } from '../payments/setups/confirm-setup.js';
import { keepSetupIntent } from '../payments/setups/new-setup-intent.js';
import { listObjects } from '../store/list.js';
import { findObject } from '../store/objects.js';
import type { Work } from '../store/work.js';

/** Saves a card of a customer who is there, and lets the bank ask first where it wants to. */
export async function addCard(work: Work, customer: Stripe.Customer, means: Means, returnUrl: string): Promise<Setup> {
  const intent = await keepSetupIntent(work, { customerId: customer.id, data: {} });
  const method = await keepMethod(work, means, { email: customer.email }, 'usd');
  return confirmSetup(work, intent, method, { returnUrl });
}

/** Takes a card of the customer's away. Returns false when it is not theirs. Locks the card, then the customer. */
export async function removeCard(work: Work, customerId: string, methodId: string): Promise<boolean> {
  const method = await findObject(work.tx, kinds.paymentMethod, methodId, { lock: true });
  if (method?.shown.customer !== customerId) return false;
  await detachMethod(work, method);
  return true;
}

/**
 * Makes a card of the customer's the one that they pay with, for their subscriptions, too. Returns false when it is not
 * theirs. Locks the subscriptions, then the customer.
 */
export async function useCard(work: Work, customerId: string, methodId: string): Promise<boolean> {
  const method = await findObject(work.tx, kinds.paymentMethod, methodId);
  if (method?.shown.customer !== customerId) return false;
  await chargeWith(work, customerId, methodId);
  await saveDefault(work, customerId, methodId);
  return true;
}

async function chargeWith(work: Work, customerId: string, methodId: string): Promise<void> {
  const equal = { customer: customerId, ended_at: null };
  const { data } = await listObjects(work.tx, kinds.subscription, { equal, limit: 100 });
  for (const { id } of data) {
    const before = await findObject(work.tx, kinds.subscription, id, { lock: true });
    if (before === undefined || before.shown.default_payment_method === null) continue;
    const shown = { ...before.shown, default_payment_method: methodId };
    await saveChange(work, before.shown, { ...before, shown }, 'customer.subscription.updated');
  }
}

/** What a customer may change about themselves. */
export type CustomerTexts = Partial<Pick<Stripe.Customer, 'email' | 'name' | 'phone'>>;

/** Locks the customer. */
export async function changeCustomer(work: Work, customerId: string, texts: CustomerTexts): Promise<void> {
  const customer = await findObject(work.tx, kinds.customer, customerId, { lock: true });
  if (customer === undefined) return;
  await saveChange(work, customer.shown, { ...customer, shown: { ...customer.shown, ...texts } }, 'customer.updated');
}
