import type Stripe from 'stripe';
import { kinds } from '../../kinds/kinds.js';
import { newId } from '../../store/ids.js';
import { insertObject } from '../../store/objects.js';
import type { Work } from '../../store/work.js';

export interface Movement {
  type: 'charge' | 'refund' | 'refund_failure' | 'adjustment';
  /** What accounting calls it; the type, where they are the same. */
  category?: 'dispute' | 'dispute_reversal';
  amountMinor: number;
  feeMinor: number;
  feeDescription?: string;
  currency: string;
  sourceId: string;
  description?: string | null;
}

/** Stripe's usual price for a card payment: 2.9 % and 30 cents. */
export const feeFor = (amountMinor: number): number => Math.round(amountMinor * 0.029) + 30;

/** Books money that came or went, and returns the id of the balance transaction. */
export async function moveBalance(work: Work, movement: Movement): Promise<string> {
  return (await bookMovement(work, movement)).id;
}

/** Books money that came or went, and returns the balance transaction. */
export async function bookMovement(work: Work, movement: Movement): Promise<Stripe.BalanceTransaction> {
  const transaction = newTransaction(movement, work.now);
  await insertObject(work.tx, kinds.balanceTransaction, work.now, transaction, {});
  return transaction;
}

const newTransaction = (movement: Movement, created: number): Stripe.BalanceTransaction => ({
  id: newId('txn'),
  object: 'balance_transaction',
  amount: movement.amountMinor,
  available_on: created,
  balance_type: 'payments',
  created,
  currency: movement.currency,
  description: movement.description ?? null,
  exchange_rate: null,
  fee: movement.feeMinor,
  fee_details: movement.feeMinor === 0 ? [] : [feeDetail(movement)],
  net: movement.amountMinor - movement.feeMinor,
  reporting_category: movement.category ?? movement.type,
  source: movement.sourceId,
  status: 'available',
  type: movement.type,
});

const feeDetail = ({ feeMinor, feeDescription, currency }: Movement): Stripe.BalanceTransaction.FeeDetail => ({
  amount: feeMinor,
  application: null,
  currency,
  description: feeDescription ?? 'Stripe processing fees',
  type: 'stripe_fee',
});
