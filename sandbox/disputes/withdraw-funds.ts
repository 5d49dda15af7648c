import type Stripe from 'stripe';
import { bookMovement } from '../payments/charges/move-balance.js';
import type { Work } from '../store/work.js';

/** What Stripe takes for every chargeback, and keeps whatever comes of it. */
const disputeFeeMinor = 1500;

export const withdrawFunds = (work: Work, dispute: Stripe.Dispute): Promise<Stripe.BalanceTransaction> =>
  bookMovement(work, {
    type: 'adjustment',
    category: 'dispute',
    amountMinor: -dispute.amount,
    feeMinor: disputeFeeMinor,
    feeDescription: 'Dispute fee',
    currency: dispute.currency,
    sourceId: dispute.id,
    description: `Chargeback withdrawal for ${dispute.charge}`,
  });

export const reinstateFunds = (work: Work, dispute: Stripe.Dispute): Promise<Stripe.BalanceTransaction> =>
  bookMovement(work, {
    type: 'adjustment',
    category: 'dispute_reversal',
    amountMinor: dispute.amount,
    feeMinor: 0,
    currency: dispute.currency,
    sourceId: dispute.id,
    description: `Chargeback reversal for ${dispute.charge}`,
  });
