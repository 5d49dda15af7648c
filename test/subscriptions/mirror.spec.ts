import type { StripeSubscription } from '../../src/stripe/objects/billing-objects.js';
import { mirrorOf } from '../../src/subscriptions/mirror/mirror.js';
import { day } from '../support/make/invoices.js';

const END = day('2027-02-01');
const options = { graceDays: 3 };

function fetched(more: Partial<StripeSubscription> = {}): StripeSubscription {
  return {
    stripeSubscriptionId: 'sub_1',
    stripeCustomerId: 'cus_1',
    orderId: null,
    status: 'active',
    items: [],
    isCollectionPaused: false,
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

const known = { plan: 'pro', status: 'active' as const, pastDueSince: null };
const pro = {
  stripeItemId: 'si_1',
  plan: 'pro',
  quantity: 1,
  unitAmountMinor: 3000,
  interval: 'month' as const,
  addedAt: day('2027-01-01'),
};
const billing = (more: Partial<StripeSubscription> = {}, held = [pro]) => ({ fetched: fetched(more), held });

it('takes over what is new', () => {
  expect(mirrorOf(undefined, billing(), options)).toEqual({
    plan: 'pro',
    pendingPlan: null,
    pendingPlanAt: null,
    pastDueSince: null,
    graceUntil: null,
  });
});

it('grants grace from the first failure', () => {
  const failing = billing({ status: 'past_due', paymentFailedAt: day('2027-01-18') });
  expect(mirrorOf(known, failing, options)).toMatchObject({ graceUntil: day('2027-01-21') });
});

it('keeps the name of the last plan that it held', () => {
  expect(mirrorOf(known, billing({}, []), options)).toMatchObject({ plan: 'pro' });
});

it('says what Stripe will change to, as long as there is a next period and another plan', () => {
  const pending = (more: Partial<StripeSubscription>, plan = 'basic', held = [pro]) => {
    const scheduled = { items: [{ plan, unitAmountMinor: 1500n }], at: END };
    return mirrorOf(known, billing({ scheduled, ...more }, held), options).pendingPlan;
  };
  expect(pending({})).toBe('basic');
  expect(pending({}, 'pro')).toBeNull();
  expect(pending({}, 'basic', [])).toBeNull();
  expect(pending({ scheduled: { items: [], at: END } })).toBeNull();
  expect(pending({ status: 'canceled', endedAt: day('2027-01-19') })).toBeNull();
});
