import { readFact } from '../../src/stripe/facts.js';

const event = (type: string, object: object) => ({ id: 'evt_1', type, data: { object } });
const metadata = { scrip_order_id: 'ord_1' };

describe('what an event tells', () => {
  it.each(['completed', 'async_payment_succeeded', 'async_payment_failed', 'expired'])(
    'checkout.session.%s',
    (change) => {
      const session = { id: 'cs_1', mode: 'payment', metadata };
      expect(readFact(event(`checkout.session.${change}`, session))).toEqual({
        kind: 'checkout-changed',
        stripeCheckoutSessionId: 'cs_1',
      });
    },
  );

  it('payment_intent.succeeded of an order of ours', () => {
    expect(readFact(event('payment_intent.succeeded', { id: 'pi_1', metadata }))).toEqual({
      kind: 'payment-succeeded',
      stripePaymentIntentId: 'pi_1',
      orderId: 'ord_1',
    });
  });

  it.each(['refund.created', 'refund.updated', 'refund.failed', 'charge.refunded'])('%s of any payment', (type) => {
    const expected = { kind: 'refunds-changed', stripePaymentIntentId: 'pi_1' };
    expect(readFact(event(type, { id: 'x', payment_intent: 'pi_1' }))).toEqual(expected);
    expect(readFact(event(type, { id: 'x', payment_intent: { id: 'pi_1' } }))).toEqual(expected);
  });

  it.each([
    ['checkout.session.completed', { id: 'cs_1', mode: 'payment', metadata: {} }],
    ['checkout.session.completed', { id: 'cs_1', mode: 'payment', metadata: null }],
    ['checkout.session.completed', { id: 'cs_1', mode: 'setup', metadata }],
    ['payment_intent.succeeded', { id: 'pi_1', metadata: {} }],
    ['refund.created', { id: 're_1', payment_intent: null }],
    ['charge.succeeded', { id: 'ch_1' }],
    ['something.new', {}],
  ])('%s may be none of our business', (type, object) => {
    expect(readFact(event(type, object))).toEqual({ kind: 'ignored' });
  });
});
