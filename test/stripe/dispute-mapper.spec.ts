import type Stripe from 'stripe';
import { toDispute } from '../../src/stripe/objects/dispute-mapper.js';

function movement(amount: number, currency = 'usd') {
  return { amount, currency };
}

function dispute(changes: object): Stripe.Dispute {
  const base = {
    id: 'du_1',
    amount: 1000,
    currency: 'usd',
    charge: { id: 'ch_1', payment_intent: 'pi_of_charge', amount: 1200, currency: 'usd' },
    payment_intent: 'pi_1',
    reason: 'fraudulent',
    status: 'needs_response',
    created: 60,
    balance_transactions: [],
    evidence_details: { due_by: 120, submission_count: 0 },
  };
  return { ...base, ...changes } as unknown as Stripe.Dispute;
}

describe('reading a dispute', () => {
  it('takes what it is about', () => {
    expect(toDispute(dispute({}))).toEqual({
      stripeDisputeId: 'du_1',
      stripeChargeId: 'ch_1',
      stripePaymentIntentId: 'pi_1',
      amountMinor: 1000n,
      currency: 'usd',
      reason: 'fraudulent',
      status: 'needs_response',
      withdrawnMinor: 0n,
      reinstatedMinor: 0n,
      evidenceDueBy: new Date(120_000),
      submissions: 0,
      openedAt: new Date(60_000),
    });
  });

  it('asks the charge for the payment that it does not name', () => {
    expect(toDispute(dispute({ payment_intent: null })).stripePaymentIntentId).toBe('pi_of_charge');
    expect(toDispute(dispute({ payment_intent: null, charge: 'ch_1' })).stripePaymentIntentId).toBeNull();
    expect(toDispute(dispute({ payment_intent: { id: 'pi_2' } })).stripePaymentIntentId).toBe('pi_2');
  });

  it.each([
    ['nothing yet', [], 0n, 0n],
    ['withdrawn', [movement(-1000)], 1000n, 0n],
    ['withdrawn and given back', [movement(-1000), movement(1000)], 1000n, 1000n],
    ['given back in part', [movement(-1000), movement(400)], 1000n, 400n],
    ['withdrawn again', [movement(-1000), movement(1000), movement(-1000)], 2000n, 1000n],
    ['in the currency of the account', [movement(-930, 'eur')], 1000n, 0n],
    ['and back at another rate', [movement(-930, 'eur'), movement(951, 'eur')], 1000n, 1000n],
  ])('reads from its movements of money: %s', (_what, movements, withdrawnMinor, reinstatedMinor) => {
    expect(toDispute(dispute({ balance_transactions: movements }))).toMatchObject({ withdrawnMinor, reinstatedMinor });
  });

  it('speaks in the currency that was charged, when the bank does not', () => {
    const inEuro = { amount: 930, currency: 'eur', balance_transactions: [movement(-930, 'eur')] };
    expect(toDispute(dispute(inEuro))).toMatchObject({ amountMinor: 1200n, currency: 'usd', withdrawnMinor: 1200n });
  });

  it.each([
    ['warning_closed', 'warning_closed'],
    ['appeal_under_review', 'appeal_under_review'],
    ['of_tomorrow', 'under_review'],
  ])('with the status %s is %s', (status, expected) => {
    expect(toDispute(dispute({ status })).status).toBe(expected);
  });
});
