import type Stripe from 'stripe';
import { kinds } from '../kinds.js';
import { newId } from '../store/ids.js';
import { insertObject } from '../store/objects.js';
import type { Work } from '../store/work.js';

export interface Movement {
  type: 'charge' | 'refund' | 'refund_failure';
  amountMinor: number;
  feeMinor: number;
  currency: string;
  sourceId: string;
}

/** Stripe's usual price for a card payment: 2.9 % and 30 cents. */
export const feeFor = (amountMinor: number): number => Math.round(amountMinor * 0.029) + 30;

/** Books money that came or went, and answers the id of the balance transaction. */
export async function moveBalance(work: Work, movement: Movement): Promise<string> {
  const transaction = newTransaction(movement, work.now);
  await insertObject(work.tx, kinds.balanceTransaction, work.now, transaction, {});
  return transaction.id;
}

const newTransaction = (
  { type, amountMinor, feeMinor, currency, sourceId }: Movement,
  created: number,
): Stripe.BalanceTransaction => ({
  id: newId('txn'),
  object: 'balance_transaction',
  amount: amountMinor,
  available_on: created,
  balance_type: 'payments',
  created,
  currency,
  description: null,
  exchange_rate: null,
  fee: feeMinor,
  fee_details:
    feeMinor === 0
      ? []
      : [
          {
            amount: feeMinor,
            application: null,
            currency,
            description: 'Stripe processing fees',
            type: 'stripe_fee',
          },
        ],
  net: amountMinor - feeMinor,
  reporting_category: type,
  source: sourceId,
  status: 'available',
  type,
});
