import { credits, NO_CREDITS } from '../../../src/kernel/credits.js';
import type { InvoiceReason, StripeInvoice, StripeInvoiceLine } from '../../../src/stripe/objects/billing-objects.js';
import type { NewAllowance } from '../../../src/subscriptions/allowances/allowance.entity.js';
import type {
  InvoiceContext,
  KnownAllowance,
  PlanTerms,
} from '../../../src/subscriptions/allowances/invoice-context.js';
import { planInvoice } from '../../../src/subscriptions/allowances/plan-allowances.js';

export const day = (date: string): Date => new Date(`${date}T00:00:00.000Z`);

const terms = (given: Partial<PlanTerms> & { credits: number }): PlanTerms => ({
  trialCredits: 0,
  rollover: null,
  ...given,
});

const PLANS: Record<string, PlanTerms> = {
  basic: terms({ credits: 20, trialCredits: 3, rollover: { capCredits: 10, months: 1 } }),
  small: terms({ credits: 5 }),
  pro: terms({ credits: 50, trialCredits: 8 }),
  team: terms({ credits: 200 }),
  'basic-yearly': terms({ credits: 20 }),
  'pro-yearly': terms({ credits: 50 }),
};

let lines = 0;

export function aLine(
  plan: string | null,
  from: string,
  to: string,
  more: Partial<StripeInvoiceLine> = {},
): StripeInvoiceLine {
  lines += 1;
  return {
    stripeLineId: `il_${lines}`,
    stripeItemId: 'si_1',
    stripeProductId: null,
    plan,
    isProration: false,
    amountMinor: 1500n,
    quantity: 1,
    startsAt: day(from),
    endsAt: day(to),
    credited: null,
    ...more,
  };
}

export function anInvoice(reason: InvoiceReason, ofLines: StripeInvoiceLine[], paidMinor = 1500n): StripeInvoice {
  return {
    stripeInvoiceId: 'in_1',
    stripeSubscriptionId: 'sub_1',
    status: 'paid',
    reason,
    subtotalMinor: paidMinor,
    dueMinor: paidMinor,
    paidMinor,
    taxMinor: 0n,
    currency: 'usd',
    attempts: 1,
    nextAttemptAt: null,
    createdAt: day('2027-01-01'),
    changesSince: day('2027-01-01'),
    paidAt: day('2027-01-01'),
    stripePaymentIntentIds: ['pi_1'],
    lines: ofLines,
  };
}

/** A period that began with January and was granted whatever is said. */
export function january(given: Partial<KnownAllowance> = {}): KnownAllowance {
  return {
    kind: 'period',
    allotmentCredits: credits(20),
    startsAt: day('2027-01-01'),
    endsAt: day('2027-02-01'),
    status: 'granted',
    stripeInvoiceId: 'in_0',
    isReturned: false,
    ...given,
  };
}

/** What is known of a subscription whose period is January 2027. */
export function contextOf({ plan = 'basic', ...context }: Partial<InvoiceContext> & { plan?: string } = {}) {
  return {
    items: [{ stripeItemId: 'si_1', plan, quantity: 1, addedAt: day('2027-01-01') }],
    periodStart: day('2027-01-01'),
    periodEnd: day('2027-02-01'),
    trialStart: null,
    trialEnd: null,
    termsOf: (plan: string) => PLANS[plan],
    known: [],
    credited: { months: [], areAll: false },
    carried: NO_CREDITS,
    ...context,
  };
}

/** What an invoice of such a subscription gives. */
export function planned(
  invoice: StripeInvoice,
  context: Partial<InvoiceContext> & { plan?: string } = {},
): NewAllowance[] {
  return planInvoice(invoice, contextOf(context)).allowances;
}
