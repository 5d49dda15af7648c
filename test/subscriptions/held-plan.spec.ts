import type { StripeItem } from '../../src/stripe/objects/billing-objects.js';
import { heldPlans } from '../../src/subscriptions/mirror/held-plan.js';
import { day } from '../support/make/invoices.js';

function item(plan: string | null, quantity: number): StripeItem {
  return {
    stripeItemId: `si_${plan}`,
    plan,
    stripeProductId: `scrip_${plan}`,
    quantity,
    unitAmountMinor: 1500n,
    interval: 'month',
    addedAt: day('2027-01-01'),
  };
}

it('who has none of a plan holds no plan: nothing is paid for it, and it opens nothing', () => {
  const held = heldPlans([item('basic', 0), item('pro', 2), item('sms', 1), item(null, 1)], new Set(['basic', 'pro']));
  expect(held).toMatchObject([{ plan: 'pro', quantity: 2 }]);
});
