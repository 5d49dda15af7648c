import type { StripeSubscription } from '../../src/stripe/billing-objects.js';
import { mirrorOf } from '../../src/subscriptions/mirror.js';
import { day } from './make.js';

const END = day('2027-02-01');
const options = (date = '2027-01-20') => ({ graceDays: 3, now: day(date) });

function fetched(more: Partial<StripeSubscription> = {}): StripeSubscription {
  return {
    stripeSubscriptionId: 'sub_1',
    stripeCustomerId: 'cus_1',
    orderId: null,
    status: 'active',
    stripeItemId: 'si_1',
    plan: 'pro',
    unitAmountMinor: 3000n,
    currency: 'usd',
    periodStart: day('2027-01-01'),
    periodEnd: END,
    trialStart: null,
    trialEnd: null,
    cancelAtPeriodEnd: false,
    cancelAt: null,
    endedAt: null,
    startedAt: day('2027-01-01'),
    paymentFailedAt: null,
    scheduled: null,
    stripeLatestInvoiceId: 'in_1',
    askedAt: day('2027-01-20'),
    ...more,
  };
}

const known = { status: 'active' as const, pastDueSince: null };

it('takes over what is new', () => {
  expect(mirrorOf(undefined, fetched(), options())).toEqual({
    pendingPlan: null,
    pendingPlanAt: null,
    pastDueSince: null,
    graceUntil: null,
    accessState: 'granted',
  });
});

it('grants grace from the first failure, and revokes after it', () => {
  const failing = fetched({ status: 'past_due', paymentFailedAt: day('2027-01-18') });
  expect(mirrorOf(known, failing, options())).toMatchObject({ accessState: 'grace', graceUntil: day('2027-01-21') });
  expect(mirrorOf(known, failing, options('2027-01-21'))).toMatchObject({ accessState: 'revoked' });
});

it('says what Stripe will change to, as long as there is a next period and another plan', () => {
  const pending = (more: Partial<StripeSubscription>, plan = 'basic') =>
    mirrorOf(known, fetched({ scheduled: { plan, unitAmountMinor: 1500n, at: END }, ...more }), options()).pendingPlan;
  expect(pending({})).toBe('basic');
  expect(pending({}, 'pro')).toBeNull();
  expect(pending({ status: 'canceled', endedAt: day('2027-01-19') })).toBeNull();
});
