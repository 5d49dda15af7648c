import type { Brand, TestCard } from './card.js';

const succeeding = (number: string, brand: Brand, funding: TestCard['funding'] = 'credit'): TestCard => ({
  number,
  brand,
  funding,
  refund: 'succeeds',
});

/** One of every brand, all of which pay. */
export const succeedingCards: TestCard[] = [
  { ...succeeding('4242424242424242', 'visa'), label: 'Succeeds' },
  succeeding('4000056655665556', 'visa', 'debit'),
  succeeding('5555555555554444', 'mastercard'),
  succeeding('2223003122003222', 'mastercard'),
  succeeding('5200828282828210', 'mastercard', 'debit'),
  succeeding('5105105105105100', 'mastercard', 'prepaid'),
  succeeding('378282246310005', 'amex'),
  succeeding('371449635398431', 'amex'),
  succeeding('6011111111111117', 'discover'),
  succeeding('6011000990139424', 'discover'),
  succeeding('3056930009020004', 'diners'),
  succeeding('36227206271667', 'diners'),
  succeeding('3566002020360505', 'jcb'),
  succeeding('6200000000000005', 'unionpay'),
];
