import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import { newId } from '../store/ids.js';
import type { Card } from './read-card.js';

const checks = { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' };

const noAddress: Stripe.Address = {
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
};

/** The same for the same card, and no way back to its number. */
const fingerprintOf = (card: Card): string =>
  createHash('sha256').update(`${card.brand}:${card.last4}`).digest('base64url').slice(0, 16);

/** Who pays, as far as the page has asked. */
export const billingDetails = (email: string): Stripe.PaymentMethod.BillingDetails => ({
  address: noAddress,
  email,
  name: null,
  phone: null,
  tax_id: null,
});

/** A card that is used once and kept with no customer. */
export const newPaymentMethod = (card: Card, email: string, created: number): Stripe.PaymentMethod => ({
  id: newId('pm'),
  object: 'payment_method',
  allow_redisplay: 'limited',
  billing_details: billingDetails(email),
  card: {
    brand: card.brand,
    checks,
    country: 'US',
    display_brand: card.brand,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    fingerprint: fingerprintOf(card),
    funding: card.funding,
    generated_from: null,
    last4: card.last4,
    networks: { available: [card.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  },
  created,
  customer: null,
  customer_account: null,
  livemode: false,
  metadata: {},
  type: 'card',
});

/** The same card, as a charge tells of it. */
export const chargedCard = (card: Card, amountMinor: number): Stripe.Charge.PaymentMethodDetails => ({
  card: {
    amount_authorized: amountMinor,
    authorization_code: null,
    brand: card.brand,
    checks,
    country: 'US',
    electronic_commerce_indicator: null,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    fingerprint: fingerprintOf(card),
    funding: card.funding,
    installments: null,
    last4: card.last4,
    mandate: null,
    network: card.brand,
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: null,
    transaction_link_id: null,
    wallet: null,
  },
  type: 'card',
});
