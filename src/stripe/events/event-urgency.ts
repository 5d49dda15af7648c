/**
 * How soon somebody looks for what an event leads to: a purchase at once, money that goes back soon, the rest later.
 */
export type EventUrgency = 'purchase' | 'money_back' | 'other';

const URGENCY: readonly [begins: string, urgency: EventUrgency][] = [
  ['checkout.session.', 'purchase'],
  ['payment_intent.', 'purchase'],
  ['invoice.', 'purchase'],
  ['invoice_payment.', 'purchase'],
  ['customer.subscription.', 'purchase'],
  ['refund.', 'money_back'],
  ['charge.', 'money_back'],
  ['radar.', 'money_back'],
];

/** By the event's type alone. */
export function urgencyOf(eventType: string): EventUrgency {
  return URGENCY.find(([begins]) => eventType.startsWith(begins))?.[1] ?? 'other';
}
