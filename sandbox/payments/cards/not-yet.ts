import type { TestCard } from './card.js';

const notYet = (number: string, purpose: string): TestCard => ({
  number,
  brand: 'visa',
  funding: 'credit',
  refund: 'succeeds',
  notYet: `This test card is for ${purpose}, which is not yet in this sandbox. Nothing was charged.`,
});

/** Cards of Stripe's that the page must refuse rather than treat as ordinary ones. */
export const notYetCards: TestCard[] = [
  notYet('4000002500003155', '3-D Secure'),
  notYet('4000002760003184', '3-D Secure'),
  notYet('4000008260003178', '3-D Secure'),
  notYet('4000000000003220', '3-D Secure'),
  notYet('4000000000003063', '3-D Secure'),
];
