import type Stripe from 'stripe';
import type { Decline } from '../../kinds/card.js';
import { newId } from '../../store/ids.js';
import { chargedWith } from '../methods/new-payment-method.js';

export interface ChargeFacts {
  intent: Stripe.PaymentIntent;
  method: Stripe.PaymentMethod;
  attempt: Attempt;
  created: number;
  /** Where the sandbox itself is reached. */
  baseUrl: string;
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

/** How an attempt at taking the money stands: a debit is pending until the bank has answered. */
export type Attempt = { kind: 'paid' } | { kind: 'pending' } | { kind: 'declined'; decline: Decline };

/** An attempt at taking the intent's amount. */
export function newCharge({ intent, method, attempt, created, baseUrl }: ChargeFacts): Stripe.Charge {
  const isCard = method.type === 'card';
  const id = newId(isCard ? 'ch' : 'py');
  return {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: isCard ? (intent.statement_descriptor ?? 'SCRIP SANDBOX') : null,
    captured: false,
    created,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: null,
    paid: false,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: chargedWith(method, intent.amount),
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
    status: 'pending',
    transfer_data: null,
    transfer_group: null,
    ...standing(attempt, intent.amount, `${baseUrl}/receipts/${id}`),
  };
}

/** What of a charge tells how the attempt stands. */
export function standing(attempt: Attempt, amountMinor: number, receiptUrl: string): Partial<Stripe.Charge> {
  switch (attempt.kind) {
    case 'paid':
      return {
        amount_captured: amountMinor,
        captured: true,
        outcome: approved,
        paid: true,
        receipt_url: receiptUrl,
        status: 'succeeded',
      };
    case 'pending':
      return { amount_captured: amountMinor, captured: true, outcome: approved, status: 'pending' };
    case 'declined':
      return {
        amount_captured: 0,
        captured: false,
        failure_code: attempt.decline.code,
        failure_message: attempt.decline.message,
        outcome: refused(attempt.decline),
        status: 'failed',
      };
  }
}
