import type { RefundCourse } from '../../kinds/card.js';
import type { TestCard } from './card.js';

const refunding = (number: string, refund: RefundCourse, label: string): TestCard => ({
  number,
  brand: 'visa',
  funding: 'credit',
  refund,
  label,
});

/** Cards that pay, and whose refunds take their time. */
export const refundingCards: TestCard[] = [
  refunding('4000000000007726', 'succeeds later', 'Slow refund'),
  refunding('4000000000005126', 'fails later', 'Failing refund'),
];
