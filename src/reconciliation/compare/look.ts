/** What is compared, one thing at a time. */
export const SUBJECTS = ['payment', 'invoice', 'refund', 'dispute', 'subscription'] as const;
export type Subject = (typeof SUBJECTS)[number];

export const FINDING_KINDS = [
  'paid_not_credited',
  'credited_not_paid',
  'refunded_not_reversed',
  'reversed_not_refunded',
  'amount_differs',
  'dispute_not_reflected',
  'event_undelivered',
  'subscription_differs',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** What the verbs of settlement do about it; `none` where they cannot, and a person has to decide. */
export const REPAIRS = ['credit', 'reverse', 'reinstate', 'settle', 'none'] as const;
export type Repair = (typeof REPAIRS)[number];

export interface Difference {
  kind: FindingKind;
  repair: Repair;
  /** One sentence for a person: ids, amounts and statuses, and no data of customers. */
  detail: string;
}

/** What one side says. Amounts in minor units of the currency. */
export interface Side {
  status: string;
  amountMinor: number | null;
  currency: string | null;
}

/** What both sides say of one thing at one moment. */
export interface Look {
  subject: Subject;
  /** Of the payment intent, or the session without one, the invoice, the refund, the dispute or the subscription. */
  stripeId: string;
  stripePaymentIntentId: string | null;
  orderId: string | null;
  accountId: string | null;
  /** Null where Stripe does not know it. */
  stripe: Side | null;
  /** Null where the books do not know it. */
  ledger: Side | null;
  difference: Difference | undefined;
}

/** `1000 usd`, for sentences. */
export function money(amountMinor: bigint, currency: string | null): string {
  return currency === null ? `${amountMinor}` : `${amountMinor} ${currency}`;
}
