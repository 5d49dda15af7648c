import type Stripe from 'stripe';
import { newId } from '../store/ids.js';
import type { Decline } from './cards/card.js';
import { billingDetails, chargedCard } from './new-payment-method.js';
import type { Card } from './read-card.js';

export interface ChargeFacts {
  intent: Stripe.PaymentIntent;
  paymentMethodId: string;
  card: Card;
  email: string;
  created: number;
}

const approved: Stripe.Charge.Outcome = {
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status: 'approved_by_network',
  reason: null,
  risk_level: 'normal',
  risk_score: 12,
  seller_message: 'Payment complete.',
  type: 'authorized',
};

const refused = (decline: Decline): Stripe.Charge.Outcome => ({
  ...approved,
  network_status: 'declined_by_network',
  reason: decline.declineCode ?? decline.code,
  seller_message: 'The bank did not return any further details with this decline.',
  type: 'issuer_declined',
});

/** An attempt at taking the intent's amount from a card, as the card's behaviour lets it end. */
export function newCharge({ intent, paymentMethodId, card, email, created }: ChargeFacts): Stripe.Charge {
  const { decline } = card.behaviour;
  const paid = decline === undefined;
  return {
    id: newId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: paid ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: billingDetails(email),
    calculated_statement_descriptor: intent.statement_descriptor ?? 'SCRIP SANDBOX',
    captured: paid,
    created,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: decline ? refused(decline) : approved,
    paid,
    payment_intent: intent.id,
    payment_method: paymentMethodId,
    payment_method_details: chargedCard(card, intent.amount),
    radar_options: {},
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: paid ? 'succeeded' : 'failed',
    transfer_data: null,
    transfer_group: null,
  };
}
