import type { Offer } from '../../src/catalog/offer.js';
import { isAgreed } from '../../src/subscriptions/agreed-terms.js';
import { day } from './make.js';

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
const on = (plan: string, pendingPlan: string | null = null) => ({ plan, pendingPlan, terms: { basic: agreed } });
/** A subscription that is to basic, or will be, at what it costs. */
const pays = (unitAmountMinor: bigint | null) => ({
  plan: 'basic',
  scheduled: null,
  currency: 'usd',
  unitAmountMinor,
});
const willPay = (unitAmountMinor: bigint) => ({
  plan: 'pro',
  scheduled: { plan: 'basic', unitAmountMinor, at: day('2027-02-01') },
  currency: 'usd',
  unitAmountMinor: 3000n,
});

it.each([
  ['is new', undefined, pays(150n), false],
  ['has it, at what was agreed', on('basic'), pays(1500n), true],
  ['has it, and took another offer of it', on('basic'), pays(150n), false],
  ['has it, for a price that the seller made for them alone', on('basic'), pays(999n), true],
  ['has it, for a price that is no single amount', on('basic'), pays(null), true],
  ['comes back to it', on('pro'), pays(1500n), false],
  ['is to come back to it', on('pro'), willPay(150n), false],
  ['was to come to it, and has', on('pro', 'basic'), pays(1500n), true],
  ['is still to come to it', on('pro', 'basic'), willPay(1500n), true],
  ['is to come to another offer of it now', on('pro', 'basic'), willPay(150n), false],
])('what was agreed holds for one who %s: %s', (_who, known, fetched, holds) => {
  expect(isAgreed('basic', { known, offered, fetched })).toBe(holds);
});
