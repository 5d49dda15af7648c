import { type BankAccountName, bankAccounts } from './bank-accounts.js';
import type { Means } from './new-payment-method.js';
import { readCard } from './read-card.js';

/** The card behind each of the ids that Stripe has for tests. */
const cardNumbers: Record<string, string> = {
  pm_card_visa: '4242424242424242',
  pm_card_visa_debit: '4000056655665556',
  pm_card_mastercard: '5555555555554444',
  pm_card_amex: '378282246310005',
  pm_card_discover: '6011111111111117',
  pm_card_diners: '3056930009020004',
  pm_card_jcb: '3566002020360505',
  pm_card_unionpay: '6200000000000005',
  pm_card_visa_chargeDeclined: '4000000000000002',
  pm_card_visa_chargeDeclinedInsufficientFunds: '4000000000009995',
  pm_card_visa_chargeDeclinedLostCard: '4000000000009987',
  pm_card_visa_chargeDeclinedStolenCard: '4000000000009979',
  pm_card_visa_chargeDeclinedVelocityLimitExceeded: '4000000000006975',
  pm_card_chargeDeclinedExpiredCard: '4000000000000069',
  pm_card_chargeDeclinedIncorrectCvc: '4000000000000127',
  pm_card_chargeDeclinedProcessingError: '4000000000000119',
  pm_card_chargeCustomerFail: '4000000000000341',
  pm_card_authenticationRequiredOnSetup: '4000002500003155',
  pm_card_authenticationRequired: '4000002760003184',
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: '4000008260003178',
  pm_card_createDispute: '4000000000000259',
  pm_card_createDisputeProductNotReceived: '4000000000002685',
  pm_card_createDisputeInquiry: '4000000000001976',
  pm_card_createIssuerFraudRecord: '4000000000005423',
  pm_card_pendingRefund: '4000000000007726',
  pm_card_refundFail: '4000000000005126',
};

const accountNames: Record<string, BankAccountName> = {
  pm_usBankAccount_success: 'pays',
  pm_usBankAccount_insufficientFunds: 'no_funds',
  pm_usBankAccount_accountClosed: 'closed',
};

/** What an id for tests stands for; nothing for any other id. */
export function testMeans(id: string, nowMs: number): Means | undefined {
  const account = Object.hasOwn(accountNames, id) ? accountNames[id] : undefined;
  if (account !== undefined) return { kind: 'debit', account: bankAccounts[account] };
  const cardNumber = Object.hasOwn(cardNumbers, id) ? cardNumbers[id] : undefined;
  if (cardNumber === undefined) return undefined;
  const nextYear = new Date(nowMs).getUTCFullYear() + 1;
  const cvc = cardNumber.startsWith('37') ? '1234' : '123';
  return { kind: 'card', card: readCard({ cardNumber, expiry: `12/${nextYear}`, cvc }, nowMs) };
}
