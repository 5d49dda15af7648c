import { readFact } from '../../src/stripe/events/facts.js';

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

  it.each(['succeeded', 'payment_failed', 'processing', 'requires_action', 'canceled'])(
    'payment_intent.%s of an order of ours, or of a link',
    (change) => {
      const changed = { kind: 'payment-changed', stripePaymentIntentId: 'pi_1' };
      expect(readFact(event(`payment_intent.${change}`, { id: 'pi_1', metadata }))).toEqual({
        ...changed,
        orderId: 'ord_1',
      });
      const ofLink = { id: 'pi_1', metadata: { scrip_payment_link_id: 'lnk_1' } };
      expect(readFact(event(`payment_intent.${change}`, ofLink))).toEqual({ ...changed, orderId: null });
    },
  );

  it('a session of a payment link of ours', () => {
    const session = { id: 'cs_1', mode: 'payment', metadata: { scrip_payment_link_id: 'lnk_1' } };
    expect(readFact(event('checkout.session.completed', session))).toEqual({
      kind: 'checkout-changed',
      stripeCheckoutSessionId: 'cs_1',
    });
  });

  it.each([
    ['checkout.session.completed', { id: 'cs_1', mode: 'setup', customer: 'cus_1', metadata: {} }],
    ['setup_intent.succeeded', { id: 'seti_1', customer: 'cus_1' }],
    ['payment_method.attached', { id: 'pm_1', customer: { id: 'cus_1' } }],
    ['payment_method.updated', { id: 'pm_1', customer: 'cus_1' }],
    ['payment_method.automatically_updated', { id: 'pm_1', customer: 'cus_1' }],
    ['customer.deleted', { id: 'cus_1' }],
  ])('%s of a customer', (type, object) => {
    expect(readFact(event(type, object))).toEqual({ kind: 'customer-changed', stripeCustomerId: 'cus_1' });
  });

  it('payment_method.detached of the customer that it was taken from', () => {
    const detached = { id: 'evt_1', type: 'payment_method.detached' };
    const data = { object: { id: 'pm_1', customer: null }, previous_attributes: { customer: 'cus_1' } };
    expect(readFact({ ...detached, data })).toEqual({ kind: 'customer-changed', stripeCustomerId: 'cus_1' });
    expect(readFact({ ...detached, data: { object: data.object } })).toEqual({ kind: 'ignored' });
  });

  it.each(['refund.created', 'refund.updated', 'refund.failed'])('%s of any payment', (type) => {
    const expected = { kind: 'refund-changed', stripeRefundId: 're_1' };
    expect(readFact(event(type, { id: 're_1', payment_intent: null }))).toEqual(expected);
  });

  it('charge.refunded of any charge', () => {
    expect(readFact(event('charge.refunded', { id: 'ch_1' }))).toEqual({
      kind: 'charge-refunded',
      stripeChargeId: 'ch_1',
    });
  });

  it.each(['created', 'updated', 'funds_withdrawn', 'funds_reinstated', 'closed'])('charge.dispute.%s', (change) => {
    const fact = readFact(event(`charge.dispute.${change}`, { id: 'du_1', payment_intent: null }));
    expect(fact).toEqual({ kind: 'dispute-changed', stripeDisputeId: 'du_1' });
  });

  it.each(['created', 'updated'])('radar.early_fraud_warning.%s', (change) => {
    const fact = readFact(event(`radar.early_fraud_warning.${change}`, { id: 'issfr_1' }));
    expect(fact).toEqual({ kind: 'fraud-warned', stripeFraudWarningId: 'issfr_1' });
  });

  it.each(['updated', 'deleted'])('customer.%s', (change) => {
    const fact = readFact(event(`customer.${change}`, { id: 'cus_1' }));
    expect(fact).toEqual({ kind: 'customer-changed', stripeCustomerId: 'cus_1' });
  });

  it('product.updated and price.updated of products of ours', () => {
    const expected = { kind: 'product-changed', productKey: 'basic' };
    expect(readFact(event('product.updated', { id: 'scrip_basic' }))).toEqual(expected);
    expect(readFact(event('price.updated', { id: 'price_1', product: 'scrip_basic' }))).toEqual(expected);
    expect(readFact(event('price.updated', { id: 'price_1', product: { id: 'scrip_basic' } }))).toEqual(expected);
  });

  it('a page of ours on which a subscription was begun', () => {
    const session = { id: 'cs_1', mode: 'subscription', metadata };
    expect(readFact(event('checkout.session.completed', session))).toEqual({
      kind: 'checkout-changed',
      stripeCheckoutSessionId: 'cs_1',
    });
  });

  it.each(['created', 'updated', 'deleted', 'paused', 'resumed', 'pending_update_applied', 'pending_update_expired'])(
    'customer.subscription.%s',
    (change) => {
      expect(readFact(event(`customer.subscription.${change}`, { id: 'sub_1' }))).toEqual({
        kind: 'subscription-changed',
        stripeSubscriptionId: 'sub_1',
      });
    },
  );

  it.each([
    ['invoice.paid', false],
    ['invoice.payment_failed', false],
    ['invoice.payment_action_required', true],
    ['invoice.finalization_failed', false],
    ['invoice.voided', false],
    ['invoice.marked_uncollectible', false],
  ])('%s of any invoice', (type, asksForAction) => {
    const expected = { kind: 'invoice-changed', stripeInvoiceId: 'in_1', asksForAction };
    expect(readFact(event(type, { id: 'in_1', parent: null }))).toEqual(expected);
  });

  it('invoice_payment.paid, which names its invoice', () => {
    const expected = { kind: 'invoice-changed', stripeInvoiceId: 'in_1', asksForAction: false };
    expect(readFact(event('invoice_payment.paid', { id: 'inpay_1', invoice: 'in_1' }))).toEqual(expected);
    expect(readFact(event('invoice_payment.paid', { id: 'inpay_1', invoice: { id: 'in_1' } }))).toEqual(expected);
  });

  it('what is to come', () => {
    expect(readFact(event('customer.subscription.trial_will_end', { id: 'sub_1' }))).toEqual({
      kind: 'trial-ending',
      stripeSubscriptionId: 'sub_1',
    });
    const upcoming = { parent: { subscription_details: { subscription: { id: 'sub_1' } } } };
    expect(readFact(event('invoice.upcoming', upcoming))).toEqual({
      kind: 'renewal-coming',
      stripeSubscriptionId: 'sub_1',
    });
  });

  it.each([
    ['checkout.session.completed', { id: 'cs_1', mode: 'payment', metadata: {} }],
    ['checkout.session.completed', { id: 'cs_1', mode: 'payment', metadata: null }],
    ['checkout.session.completed', { id: 'cs_1', mode: 'setup', customer: null, metadata }],
    ['checkout.session.completed', { id: 'cs_1', mode: 'subscription', metadata: {} }],
    ['invoice.upcoming', { parent: null }],
    ['invoice.created', { id: 'in_1', parent: { subscription_details: { subscription: 'sub_1' } } }],
    ['payment_method.attached', { id: 'pm_1', customer: null }],
    ['payment_intent.succeeded', { id: 'pi_1', metadata: {} }],
    ['charge.succeeded', { id: 'ch_1' }],
    ['product.updated', { id: 'prod_shirt' }],
    ['promotion_code.updated', { id: 'promo_1' }],
    ['something.new', {}],
  ])('%s may be none of our business', (type, object) => {
    expect(readFact(event(type, object))).toEqual({ kind: 'ignored' });
  });
});
