/** Why a cardholder disputes a payment, with the code by which Visa calls it. */
export const reasonCodes = {
  bank_cannot_process: null,
  check_returned: null,
  credit_not_processed: '13.6',
  customer_initiated: null,
  debit_not_authorized: null,
  duplicate: '12.6.1',
  fraudulent: '10.4',
  general: null,
  incorrect_account_details: null,
  insufficient_funds: null,
  noncompliant: null,
  product_not_received: '13.1',
  product_unacceptable: '13.3',
  subscription_canceled: '13.2',
  unrecognized: null,
} as const;

export type DisputeReason = keyof typeof reasonCodes;

export const disputeReasons = Object.keys(reasonCodes) as DisputeReason[];
