import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import { type HiddenMethod, kinds } from '../../kinds/kinds.js';
import { newId } from '../../store/ids.js';
import { insertObject, type Stored } from '../../store/objects.js';
import type { Work } from '../../store/work.js';
import { type BankAccount, behaviourOfAccount, debitTypeFor } from './bank-accounts.js';
import type { Card } from './read-card.js';

/** A payment method with what the sandbox knows of it. */
export type Method = Stored<Stripe.PaymentMethod, HiddenMethod>;

/** What somebody pays with: a card that was typed, or an account to debit. */
export type Means = { kind: 'card'; card: Card } | { kind: 'debit'; account: BankAccount };

/** Who pays, as far as the page has asked. */
export interface Billing {
  email: string | null;
  name?: string | null;
  address?: Stripe.Address | null;
}

export const noAddress: Stripe.Address = {
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
};

/** Keeps a payment method of nobody's, to be used once or attached to a customer. Stripe has no event for it. */
export async function keepMethod(work: Work, means: Means, billing: Billing, currency: string): Promise<Method> {
  const behaviour = means.kind === 'card' ? means.card.behaviour : behaviourOfAccount(means.account);
  const method: Method = { shown: newMethod(means, billing, currency, work.now), hidden: { behaviour } };
  await insertObject(work.tx, kinds.paymentMethod, work.now, method.shown, method.hidden);
  return method;
}

const newMethod = (means: Means, billing: Billing, currency: string, created: number): Stripe.PaymentMethod => ({
  id: newId('pm'),
  object: 'payment_method',
  allow_redisplay: 'unspecified',
  billing_details: billingDetails(billing),
  created,
  customer: null,
  customer_account: null,
  livemode: false,
  metadata: {},
  ...(means.kind === 'card' ? { type: 'card', card: cardOf(means.card) } : debitOf(means.account, currency)),
});

const billingDetails = ({ email, name, address }: Billing): Stripe.PaymentMethod.BillingDetails => ({
  address: address ?? noAddress,
  email,
  name: name ?? null,
  phone: null,
  tax_id: null,
});

const cardOf = (card: Card): Stripe.PaymentMethod.Card => ({
  brand: card.brand,
  checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
  country: 'US',
  display_brand: card.brand,
  exp_month: card.expMonth,
  exp_year: card.expYear,
  fingerprint: fingerprintOf(card.brand, card.last4),
  funding: card.funding,
  generated_from: null,
  last4: card.last4,
  networks: { available: [card.brand], preferred: null },
  regulated_status: 'unregulated',
  three_d_secure_usage: { supported: true },
  wallet: null,
});

/** The same for the same card or account, and no way back to its number. */
const fingerprintOf = (brand: string, last4: string): string =>
  createHash('sha256').update(`${brand}:${last4}`).digest('base64url').slice(0, 16);

function debitOf({ last4 }: BankAccount, currency: string): Partial<Stripe.PaymentMethod> & { type: string } {
  const type = debitTypeFor(currency) ?? 'us_bank_account';
  return type === 'sepa_debit'
    ? { type, sepa_debit: sepaDebit(last4) }
    : { type, us_bank_account: usBankAccount(last4) };
}

const sepaDebit = (last4: string): Stripe.PaymentMethod.SepaDebit => ({
  bank_code: '37040044',
  branch_code: null,
  country: 'DE',
  fingerprint: fingerprintOf('sepa_debit', last4),
  generated_from: null,
  last4,
});

const usBankAccount = (last4: string): Stripe.PaymentMethod.UsBankAccount => ({
  account_holder_type: 'individual',
  account_type: 'checking',
  bank_name: 'STRIPE TEST BANK',
  financial_connections_account: null,
  fingerprint: fingerprintOf('us_bank_account', last4),
  last4,
  networks: { preferred: 'ach', supported: ['ach'] },
  routing_number: '110000000',
  status_details: {},
});

/** The same card or account, as a charge of it tells. */
export function chargedWith(method: Stripe.PaymentMethod, amountMinor: number): Stripe.Charge.PaymentMethodDetails {
  if (method.card) return { type: 'card', card: chargedCard(method.card, amountMinor) };
  if (method.sepa_debit) return { type: 'sepa_debit', sepa_debit: { ...chargedIban(method.sepa_debit) } };
  return { type: 'us_bank_account', ...(method.us_bank_account && chargedAccount(method.us_bank_account)) };
}

const chargedCard = (
  card: Stripe.PaymentMethod.Card,
  amountMinor: number,
): Stripe.Charge.PaymentMethodDetails.Card => ({
  amount_authorized: amountMinor,
  authorization_code: null,
  brand: card.brand,
  checks: card.checks,
  country: card.country,
  electronic_commerce_indicator: null,
  exp_month: card.exp_month,
  exp_year: card.exp_year,
  extended_authorization: { status: 'disabled' },
  fingerprint: card.fingerprint ?? null,
  funding: card.funding,
  incremental_authorization: { status: 'unavailable' },
  installments: null,
  last4: card.last4,
  mandate: null,
  multicapture: { status: 'unavailable' },
  network: card.brand,
  network_token: { used: false },
  network_transaction_id: null,
  overcapture: { maximum_amount_capturable: amountMinor, status: 'unavailable' },
  regulated_status: card.regulated_status,
  three_d_secure: null,
  transaction_link_id: null,
  wallet: null,
});

const chargedIban = (debit: Stripe.PaymentMethod.SepaDebit): Stripe.Charge.PaymentMethodDetails.SepaDebit => ({
  bank_code: debit.bank_code,
  branch_code: debit.branch_code,
  country: debit.country,
  fingerprint: debit.fingerprint,
  last4: debit.last4,
  mandate: null,
});

const chargedAccount = (account: Stripe.PaymentMethod.UsBankAccount) => ({
  us_bank_account: {
    account_holder_type: account.account_holder_type,
    account_type: account.account_type,
    bank_name: account.bank_name,
    fingerprint: account.fingerprint,
    last4: account.last4,
    payment_reference: null,
    routing_number: account.routing_number,
  },
});
