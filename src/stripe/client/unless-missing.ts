import { StripeRefused } from './stripe.problems.js';

/** For what may not be there: undefined for Stripe's refusal that says so. */
export function unlessMissing(error: unknown): undefined {
  if (error instanceof StripeRefused && error.facts.stripeCode === 'resource_missing') return undefined;
  throw error;
}
