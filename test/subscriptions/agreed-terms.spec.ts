import type { Offer } from '../../src/catalog/offer.js';
import { isAgreed } from '../../src/subscriptions/mirror/agreed-terms.js';

function offer(amountMinor: number, credits: number): Offer {
  return {
    kind: 'plan',
    name: 'Basic',
    description: null,
    active: true,
    credits,
    prices: [
      { currency: 'eur', amountMinor: 7 },
      { currency: 'usd', amountMinor },
    ],
    validityDays: null,
    features: [],
    interval: 'month',
    trialDays: null,
    trialCredits: 0,
    rollover: null,
    seats: null,
    fulfilment: null,
    onPartialRefund: null,
  };
}

const agreed = offer(1500, 20);
const offered = offer(150, 2);
/** Who has a plan, or is to come to one. */
const on = (plan: string, pendingPlan: string | null = null) => ({
  items: [{ stripeItemId: 'si_1', plan, quantity: 1, unitAmountMinor: null, interval: null, addedAt: new Date() }],
  pendingPlan,
  terms: { basic: agreed },
});
/** What basic costs, or will. */
const pays = (unitAmountMinor: number | null) => ({ currency: 'usd', unitAmountMinor });

it.each([
  ['is new', undefined, pays(150), false],
  ['has it, at what was agreed', on('basic'), pays(1500), true],
  ['has it, and took another offer of it', on('basic'), pays(150), false],
  ['has it, for a price that the seller made for them alone', on('basic'), pays(999), true],
  ['has it, for a price that is no single amount', on('basic'), pays(null), true],
  ['comes back to it', on('pro'), pays(1500), false],
  ['is to come back to it', on('pro'), pays(150), false],
  ['was to come to it, and has', on('pro', 'basic'), pays(1500), true],
  ['is still to come to it', on('pro', 'basic'), pays(1500), true],
  ['is to come to another offer of it now', on('pro', 'basic'), pays(150), false],
])('what was agreed holds for one who %s: %s', (_who, known, paid, holds) => {
  expect(isAgreed('basic', { known, offered, paid })).toBe(holds);
});
