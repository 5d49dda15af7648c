import type { Challenge, Decline } from '../../kinds/card.js';
import type { TestCard } from './card.js';
import { declined } from './declining.js';

const challenging = (
  number: string,
  challenge: Challenge,
  more: { label?: string; decline?: Decline } = {},
): TestCard => ({
  number,
  brand: 'visa',
  funding: 'credit',
  refund: 'succeeds',
  challenge,
  ...more,
});

/** Cards whose bank wants their holder to confirm, with 3-D Secure. A decline comes after that. */
export const challengingCards: TestCard[] = [
  challenging('4000002500003155', 'on session', { label: '3-D Secure' }),
  challenging('4000002760003184', 'always'),
  challenging('4000008260003178', 'on session', {
    label: '3-D Secure, no funds',
    decline: declined('insufficient_funds', 'Your card has insufficient funds.'),
  }),
  challenging('4000000000003220', 'always'),
  challenging('4000000000003063', 'always'),
];
