import type Stripe from 'stripe';
import { eventually } from '../eventually.js';
import type { TestScrip } from '../service/scrip.js';
import { inboxIsDrained } from './stripe-side.js';

/** Something that a cardholder's bank does at Stripe, about a payment that has succeeded. */
async function bankDoes<T>(scrip: TestScrip, path: string, body: object): Promise<T> {
  const answer = await scrip.sandbox(path, body);
  if (answer.status !== 200) throw new Error(`the sandbox refused: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export interface DisputeWishes {
  /** Minor units; all that is left of the payment when absent. */
  amount?: number;
  inquiry?: boolean;
  /** The dispute names its charge alone, as Stripe's sometimes do. */
  withoutIntent?: boolean;
}

export function disputePayment(scrip: TestScrip, paymentIntent: string, wishes: DisputeWishes = {}) {
  return bankDoes<Stripe.Dispute>(scrip, '/_sandbox/disputes', { paymentIntent, ...wishes });
}

/** An inquiry closes without an outcome. */
export function closeDispute(scrip: TestScrip, stripeDisputeId: string, outcome: 'won' | 'lost') {
  return bankDoes<Stripe.Dispute>(scrip, `/_sandbox/disputes/${stripeDisputeId}/close`, { outcome });
}

export function escalateInquiry(scrip: TestScrip, stripeDisputeId: string) {
  return bankDoes<Stripe.Dispute>(scrip, `/_sandbox/disputes/${stripeDisputeId}/escalate`, {});
}

export function warnOfFraud(scrip: TestScrip, paymentIntent: string) {
  return bankDoes<Stripe.Radar.EarlyFraudWarning>(scrip, '/_sandbox/fraud-warnings', { paymentIntent });
}

/** What becomes of later refunds of a payment. `waits` stays on its way until `settleRefund`. */
export function refundsWill(
  scrip: TestScrip,
  paymentIntent: string,
  course: 'succeeds' | 'waits' | 'requires action',
): Promise<object> {
  return bankDoes(scrip, '/_sandbox/refunds/course', { paymentIntent, course });
}

export function settleRefund(scrip: TestScrip, stripeRefundId: string, outcome: 'succeeded' | 'failed' | 'canceled') {
  return bankDoes<Stripe.Refund>(scrip, `/_sandbox/refunds/${stripeRefundId}/settle`, { outcome });
}

/**
 * Waits until Stripe has told everything that has happened so far, and all of it was handled. Handling one event may
 * bring about another, so it is over when nothing is on its way after the inbox was drained.
 */
export async function everythingIsHeard(scrip: TestScrip): Promise<void> {
  do {
    await eventually(
      () => onTheirWay(scrip),
      (count) => count === 0,
    );
    await inboxIsDrained(scrip);
  } while ((await onTheirWay(scrip)) > 0);
}

/** How many events wait to be sent, or are being sent. */
async function onTheirWay(scrip: TestScrip): Promise<number> {
  const answer = await fetch(`${scrip.sandboxUrl}/_sandbox/webhooks`);
  const { deliveries } = (await answer.json()) as { deliveries: { pending?: number; sending?: number } };
  return (deliveries.pending ?? 0) + (deliveries.sending ?? 0);
}
