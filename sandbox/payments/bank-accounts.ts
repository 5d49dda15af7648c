import type { CardBehaviour, Decline } from './cards/card.js';

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

/** The types of payment method that a payment in the currency can be made with. */
export const methodTypesFor = (currency: string): string[] => ['card', ...[debitTypeFor(currency) ?? []].flat()];

export const behaviourOfAccount = ({ decline }: BankAccount): CardBehaviour => ({
  refund: 'succeeds',
  settlesLater: true,
  ...(decline && { decline }),
});
