import type Stripe from 'stripe';
import { notInSandbox } from '../../api/errors.js';

type PhaseParams = Stripe.SubscriptionScheduleUpdateParams.Phase;

/** What a phase takes over from the subscription, as it is named; Stripe drops what an update does not name again. */
export interface PhaseTerms {
  discounts: { discount: string }[];
  automatic_tax?: { enabled: boolean };
  trial_end?: number;
}

/** Of the phase that runs. */
export const termsOf = ({
  automatic_tax: tax,
  discounts,
  status,
  trial_end: trialEnd,
}: Stripe.Subscription): PhaseTerms => ({
  discounts: discounts.map((discount) => ({ discount: typeof discount === 'string' ? discount : discount.id })),
  ...(tax.enabled && { automatic_tax: { enabled: true } }),
  ...(status === 'trialing' && trialEnd !== null && { trial_end: trialEnd }),
});

/** Of a phase that comes after it: a trial is not taken along. */
export const laterTermsOf = (subscription: Stripe.Subscription): PhaseTerms => {
  const { trial_end: _, ...terms } = termsOf(subscription);
  return terms;
};

/** Refuses to drop or change what a phase has, which the sandbox does not do. */
export function checkTerms(
  { automatic_tax: tax, discounts, trial_end: trialEnd }: PhaseParams,
  terms: PhaseTerms,
  param: string,
): void {
  const named = (discounts || []).map(({ discount }) => discount);
  if (named.length !== terms.discounts.length || !terms.discounts.every(({ discount }) => named.includes(discount))) {
    throw notInSandbox('Received a phase without the discounts of the subscription.', `${param}[discounts]`);
  }
  if ((tax?.enabled ?? false) !== (terms.automatic_tax?.enabled ?? false)) {
    throw notInSandbox('Received a phase with another automatic tax.', `${param}[automatic_tax]`);
  }
  if (trialEnd !== terms.trial_end) {
    throw notInSandbox('Received a phase with another end of the trial.', `${param}[trial_end]`);
  }
}
