import { invalidRequest } from '../../api/errors.js';
import type { CardBehaviour, Decline } from '../../kinds/card.js';

/** A test account for bank debits: whether it will pay is known after a while. */
export interface BankAccount {
  label: string;
  last4: string;
  decline?: Decline;
}

/** By the name that a form sends. */
export const bankAccounts = {
  pays: { label: 'pays', last4: '6789' },
  no_funds: {
    label: 'has no funds',
    last4: '2227',
    decline: {
      code: 'insufficient_funds',
      message: "The customer's account has insufficient funds to cover this payment.",
    },
  },
  closed: {
    label: 'is closed',
    last4: '1113',
    decline: { code: 'account_closed', message: "The customer's bank account has been closed." },
  },
} satisfies Record<string, BankAccount>;

export type BankAccountName = keyof typeof bankAccounts;

export const isBankAccountName = (name: string): name is BankAccountName => Object.hasOwn(bankAccounts, name);

/** What a debit is called in each of the currencies in which there is one. */
const debitTypes: Record<string, 'us_bank_account' | 'sepa_debit'> = { usd: 'us_bank_account', eur: 'sepa_debit' };

export const debitTypeFor = (currency: string): 'us_bank_account' | 'sepa_debit' | undefined => debitTypes[currency];

/** The types of payment method that a payment in the currency can be made with, of those that its seller allows. */
export function methodTypesFor(currency: string, allowed?: string[]): string[] {
  const types = ['card', ...[debitTypeFor(currency) ?? []].flat()];
  const left = types.filter((type) => allowed === undefined || allowed.includes(type));
  if (left.length > 0) return left;
  throw invalidRequest(`None of the allowed payment method types can be used for payments in ${currency} here.`, {
    param: 'allowed_payment_method_types',
  });
}

/** Whether an account may be debited. */
export const takesDebits = ({ payment_method_types }: { payment_method_types: string[] }): boolean =>
  payment_method_types.some((type) => type !== 'card');

export const behaviourOfAccount = ({ decline }: BankAccount): CardBehaviour => ({
  refund: 'succeeds',
  settlesLater: true,
  ...(decline && { decline }),
});
