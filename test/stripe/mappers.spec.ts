import type Stripe from 'stripe';
import { toCheckout, toPayment, toRefund } from '../../src/stripe/objects/sale-mappers.js';

function session(changes: object): Stripe.Checkout.Session {
  const base = {
    id: 'cs_1',
    url: null,
    expires_at: 1,
    metadata: {},
    client_reference_id: null,
    customer: null,
    amount_subtotal: 1200,
    amount_total: 1000,
    currency: 'usd',
    payment_intent: null,
    payment_link: null,
    subscription: null,
  };
  return { ...base, status: 'open', payment_status: 'unpaid', ...changes } as Stripe.Checkout.Session;
}

function intent(status: string, amountReceived = 0) {
  return { id: 'pi_1', status, amount_received: amountReceived, currency: 'eur' };
}

describe('reading a checkout session', () => {
  it.each([
    ['open', {}],
    ['open', { payment_status: 'no_payment_required' }],
    ['expired', { status: 'expired' }],
    ['paid', { status: 'complete', payment_status: 'paid', payment_intent: intent('succeeded') }],
    ['paid', { status: 'complete', payment_status: 'no_payment_required' }],
    ['processing', { status: 'complete', payment_intent: intent('processing') }],
    ['failed', { status: 'complete', payment_intent: intent('requires_payment_method') }],
    ['failed', { status: 'complete', payment_intent: intent('canceled') }],
    ['processing', { status: 'complete', payment_intent: intent('of_tomorrow') }],
    ['open', { status: 'of_tomorrow' }],
  ])('is %s', (state, changes) => {
    expect(toCheckout(session(changes)).state).toBe(state);
  });

  it('takes what was charged from the payment, not from the session', () => {
    const paid = { status: 'complete', payment_status: 'paid', payment_intent: intent('succeeded', 900) };
    expect(toCheckout(session(paid))).toMatchObject({
      chargedMinor: 900n,
      currency: 'eur',
      stripePaymentIntentId: 'pi_1',
    });
  });

  it('has charged nothing while it is not paid, nor when nothing was to be paid', () => {
    expect(toCheckout(session({})).chargedMinor).toBe(0n);
    const free = { status: 'complete', payment_status: 'no_payment_required', amount_total: 0 };
    expect(toCheckout(session(free))).toMatchObject({ chargedMinor: 0n, currency: 'usd', stripePaymentIntentId: null });
  });
});

it('reads what a session offers apart from what was charged', () => {
  const paid = { status: 'complete', payment_status: 'paid', payment_intent: intent('succeeded', 900) };
  expect(toCheckout(session({ ...paid, client_reference_id: 'ord_1' }))).toMatchObject({
    reference: 'ord_1',
    offered: { amountMinor: 1200n, currency: 'usd' },
  });
  expect(toCheckout(session({ amount_subtotal: null, currency: null })).offered).toEqual({
    amountMinor: null,
    currency: null,
  });
});

it('says from which link a session was opened', () => {
  expect(toCheckout(session({})).link).toBeNull();
  const own = { payment_link: 'plink_1', metadata: { scrip_payment_link_id: 'lnk_1' } };
  expect(toCheckout(session(own)).link).toEqual({ stripePaymentLinkId: 'plink_1', paymentLinkId: 'lnk_1' });
  expect(toCheckout(session({ payment_link: { id: 'plink_1' } })).link).toMatchObject({ paymentLinkId: null });
});

describe('reading a payment intent', () => {
  const askedAt = new Date();
  const read = (changes: object) => {
    const base = {
      id: 'pi_1',
      amount: 1000,
      amount_received: 0,
      currency: 'usd',
      metadata: {},
      last_payment_error: null,
    };
    return toPayment({ ...base, ...changes } as unknown as Stripe.PaymentIntent, askedAt);
  };

  it.each([
    ['asked', { status: 'requires_payment_method' }],
    ['asked', { status: 'requires_action' }],
    ['asked', { status: 'requires_confirmation' }],
    ['asked', { status: 'of_tomorrow' }],
    ['declined', { status: 'requires_payment_method', last_payment_error: { code: 'card_declined' } }],
    ['underway', { status: 'processing' }],
    ['canceled', { status: 'canceled' }],
    ['paid', { status: 'succeeded', last_payment_error: { code: 'card_declined' } }],
  ])('is %s', (state, changes) => {
    expect(read(changes).state).toBe(state);
  });

  it('has charged what was received, and nothing before', () => {
    expect(read({ status: 'succeeded', amount_received: 900 })).toMatchObject({
      chargedMinor: 900n,
      offered: { amountMinor: 1000n, currency: 'usd' },
      askedAt,
    });
    expect(read({ status: 'requires_capture', amount_received: 900 }).chargedMinor).toBe(0n);
  });

  it('names the order or the link that it is for', () => {
    expect(read({ metadata: { scrip_order_id: 'ord_1' } })).toMatchObject({ orderId: 'ord_1', paymentLinkId: null });
    expect(read({ metadata: { scrip_payment_link_id: 'lnk_1' } })).toMatchObject({
      orderId: null,
      paymentLinkId: 'lnk_1',
    });
  });
});

describe('reading a refund', () => {
  it.each([
    ['succeeded', 'succeeded'],
    ['requires_action', 'requires_action'],
    ['of_tomorrow', 'pending'],
    [null, 'pending'],
  ])('with the status %s is %s', (status, expected) => {
    const refund = { id: 're_1', amount: 5, currency: 'usd', metadata: { scrip_refund_id: 'rfd_1' }, status };
    expect(toRefund(refund as unknown as Stripe.Refund)).toMatchObject({
      status: expected,
      refundId: 'rfd_1',
      amountMinor: 5n,
    });
  });
});
