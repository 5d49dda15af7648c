import type { CardBehaviour } from '../../kinds/card.js';

export interface TestCard extends CardBehaviour {
  number: string;
  brand: Brand;
  funding: 'credit' | 'debit' | 'prepaid';
  /** What the payment page offers it as; cards without a label work all the same. */
  label?: string;
}

export const brands = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
} as const;

export type Brand = keyof typeof brands;
