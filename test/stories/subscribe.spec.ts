import { startTestScrip, type TestScrip } from '../support/scrip.js';
import { anAccount, balanceOf, entriesOf } from '../support/shop.js';
import { askSubscription, featureOf, standingOf, subscribed, subscriptionOf } from '../support/subscribe.js';

let scrip: TestScrip;
beforeAll(async () => {
  scrip = await startTestScrip();
});
afterAll(() => scrip.close());

it('subscribes on the payment page: credits and features are there', async () => {
  const accountId = await anAccount(scrip);
  const { order, subscription } = await subscribed(scrip, accountId);
  expect(order).toMatchObject({ product: 'basic-monthly', credits: 20, amountMinor: 1500, status: 'fulfilled' });
  expect(order.paymentIntentId).toMatch(/^pi_/);
  expect(subscription).toMatchObject({
    plan: 'basic-monthly',
    status: 'active',
    accessState: 'granted',
    cancelAtPeriodEnd: false,
    graceUntil: null,
    features: ['history'],
    creditsPerMonth: 20,
  });
  expect(await balanceOf(scrip, accountId)).toBe(20);
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({ active: true, source: { type: 'subscription' } });
  expect(await entriesOf(scrip, accountId)).toEqual(['grant +20']);
});
