import type Stripe from 'stripe';
import { type DisputeReason, reasonCodes } from '../kinds/dispute-reasons.js';
import { newId } from '../store/ids.js';

export interface DisputeFacts {
  charge: Stripe.Charge;
  amountMinor: number;
  reason: DisputeReason;
  inquiry: boolean;
  /** Stripe does not name the intent of every disputed charge. */
  namesIntent: boolean;
  created: number;
}

const secondsADay = 24 * 60 * 60;
const daysToAnswer = 8;
/** What Visa calls every inquiry, whatever its reason. */
const inquiryCode = '10';

/** The last second of the day, eight days on. */
export const answerDueBy = (now: number): number =>
  (Math.floor(now / secondsADay) + daysToAnswer + 1) * secondsADay - 1;

const noEvidence: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};

/** A dispute that waits for an answer, before any money has moved. */
export function newDispute(facts: DisputeFacts): Stripe.Dispute {
  const { charge, amountMinor, reason, inquiry, namesIntent, created } = facts;
  return {
    id: newId('du'),
    object: 'dispute',
    amount: amountMinor,
    balance_transactions: [],
    charge: charge.id,
    created,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence,
    evidence_details: {
      due_by: answerDueBy(created),
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    network_reason_code: inquiry ? inquiryCode : reasonCodes[reason],
    payment_intent: namesIntent ? charge.payment_intent : null,
    ...paymentMethodDetails(facts),
    reason,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  };
}

function paymentMethodDetails({ charge, reason, inquiry }: DisputeFacts): Partial<Stripe.Dispute> {
  const card = charge.payment_method_details?.card;
  if (card === undefined) return {};
  const brand = card.brand ?? 'unknown';
  return {
    payment_method_details: {
      card: {
        brand,
        case_type: inquiry ? 'inquiry' : 'chargeback',
        network: card.network ?? brand,
        network_reason_code: inquiry ? inquiryCode : reasonCodes[reason],
      },
      type: 'card',
    },
  };
}

/** The same dispute once its bank has gone on from asking to taking: a chargeback, with a new time to answer. */
export function asChargeback(inquiry: Stripe.Dispute, amountMinor: number, now: number): Stripe.Dispute {
  const { card } = inquiry.payment_method_details ?? {};
  const code = reasonCodes[inquiry.reason as DisputeReason];
  return {
    ...inquiry,
    amount: amountMinor,
    evidence_details: {
      ...inquiry.evidence_details,
      due_by: answerDueBy(now),
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    is_charge_refundable: false,
    network_reason_code: code,
    ...(card && {
      payment_method_details: {
        card: { ...card, case_type: 'chargeback', network_reason_code: code },
        type: 'card',
      },
    }),
    status: 'needs_response',
  };
}
