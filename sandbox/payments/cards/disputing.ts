import type { Aftermath } from '../../kinds/card.js';
import type { TestCard } from './card.js';

const followedBy = (number: string, aftermath: Aftermath, label?: string): TestCard => ({
  number,
  brand: 'visa',
  funding: 'credit',
  refund: 'succeeds',
  aftermath,
  ...(label && { label }),
});

/** Cards that pay, and whose bank then wants to know or have it back. */
export const disputingCards: TestCard[] = [
  followedBy('4000000000000259', { kind: 'dispute', reason: 'fraudulent', inquiry: false }, 'Disputed'),
  followedBy('4000000000002685', { kind: 'dispute', reason: 'product_not_received', inquiry: false }),
  followedBy('4000000000001976', { kind: 'dispute', reason: 'fraudulent', inquiry: true }, 'Inquiry'),
  followedBy('4000000000005423', { kind: 'fraud warning' }, 'Fraud warning'),
];
