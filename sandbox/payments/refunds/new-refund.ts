import type Stripe from 'stripe';
import type { RefundCourse } from '../../kinds/card.js';
import { newMetadata } from '../../params/metadata.js';
import { newId } from '../../store/ids.js';

export interface RefundFacts {
  charge: Stripe.Charge;
  course: RefundCourse;
  amountMinor: number;
  params: Stripe.RefundCreateParams;
  created: number;
}

const secondsToAct = 30 * 24 * 60 * 60;

/** A refund as it begins, before its money has moved. */
export function newRefund({ charge, course, amountMinor, params, created }: RefundFacts): Stripe.Refund {
  return {
    id: newId('re'),
    object: 'refund',
    amount: amountMinor,
    balance_transaction: null,
    charge: charge.id,
    created,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    ...(charge.payment_method_details?.type === 'card' && {
      destination_details: { card: { type: 'refund', reference_status: 'pending' }, type: 'card' },
    }),
    metadata: newMetadata(params.metadata),
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: params.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    transfer_reversal: null,
    ...beginning(course, charge, created),
  };
}

function beginning(
  course: RefundCourse,
  { billing_details }: Stripe.Charge,
  created: number,
): Pick<Stripe.Refund, 'status' | 'pending_reason' | 'next_action'> {
  switch (course) {
    case 'succeeds':
    case 'fails later':
      return { status: 'succeeded' };
    case 'succeeds later':
    case 'waits':
      return { status: 'pending', pending_reason: 'processing' };
    case 'requires action': {
      const email_sent = { email_sent_at: created, email_sent_to: billing_details.email ?? '' };
      return {
        status: 'requires_action',
        next_action: { display_details: { email_sent, expires_at: created + secondsToAct }, type: 'display_details' },
      };
    }
  }
}
