import type Stripe from 'stripe';
import type { DisputeEvidence } from '../objects/sale-objects.js';

/** What is absent is left out: Stripe keeps what it has there. */
export function evidenceParams(evidence: DisputeEvidence): Stripe.DisputeUpdateParams.Evidence {
  return {
    access_activity_log: evidence.accessActivityLog,
    billing_address: evidence.billingAddress,
    customer_email_address: evidence.customerEmailAddress,
    customer_name: evidence.customerName,
    customer_purchase_ip: evidence.customerPurchaseIp,
    duplicate_charge_explanation: evidence.duplicateChargeExplanation,
    duplicate_charge_id: evidence.duplicateChargeId,
    product_description: evidence.productDescription,
    refund_policy_disclosure: evidence.refundPolicyDisclosure,
    refund_refusal_explanation: evidence.refundRefusalExplanation,
    service_date: evidence.serviceDate,
    uncategorized_text: evidence.uncategorizedText,
  };
}
