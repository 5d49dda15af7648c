import { Database } from '../../src/database/database.js';
import { NotePayment } from '../../src/orders/note-payment.js';
import type { PaymentState, StripePayment } from '../../src/stripe/objects/sale-objects.js';
import { useScrip } from '../support/service/scrip.js';
import { anAccount, orderOf } from '../support/shop/shop.js';

const scrip = useScrip();

/** An order with a form of the app's own, and answers of Stripe about it that were asked for at some second. */
async function givenForm() {
  const accountId = await anAccount(scrip);
  const { body } = await scrip.call('POST', '/v1/payment-intents', { accountId, product: 'basic' });
  const { id: orderId, paymentIntentId } = await orderOf(scrip, body.orderId);
  const answer = (state: PaymentState, second: number): StripePayment => ({
    stripePaymentIntentId: paymentIntentId,
    stripeCheckoutSessionId: null,
    orderId,
    paymentLinkId: null,
    offered: { amountMinor: 1000n, currency: 'usd' },
    state,
    chargedMinor: 0n,
    taxMinor: 0n,
    currency: 'usd',
    askedAt: new Date(Date.UTC(2026, 10, 21, 9, 30, second)),
  });
  const note = async (payment: StripePayment) => {
    await scrip.running.app
      .get(Database)
      .transaction((tx) => scrip.running.app.get(NotePayment).run(tx, orderId, payment));
    return (await orderOf(scrip, orderId)).status;
  };
  return { answer, note };
}

describe('a payment that is declined and tried again', () => {
  it('moves its order back and forth, as Stripe answers', async () => {
    const { answer, note } = await givenForm();
    expect(await note(answer('declined', 1))).toBe('failed');
    expect(await note(answer('asked', 2))).toBe('pending');
    expect(await note(answer('underway', 3))).toBe('processing');
    expect(await note(answer('declined', 4))).toBe('failed');
  });

  it('is what the answer to the later question says, whichever comes last', async () => {
    const { answer, note } = await givenForm();
    expect(await note(answer('declined', 9))).toBe('failed');
    expect(await note(answer('underway', 8))).toBe('failed');
    expect(await note(answer('asked', 1))).toBe('failed');
    expect(await note(answer('underway', 9))).toBe('processing');
  });

  it('is not told by an answer about another payment', async () => {
    const { answer, note } = await givenForm();
    expect(await note({ ...answer('declined', 1), stripePaymentIntentId: 'pi_other' })).toBe('pending');
    expect(await note({ ...answer('canceled', 1), stripePaymentIntentId: 'pi_other' })).toBe('pending');
  });
});
