import { useScrip } from '../../support/service/scrip.js';
import { aCheckout, anAccount, balanceOf, boughtPack, orderReaches, payAt, refundOf } from '../../support/shop/shop.js';
import { advance, featureOf, subscribed } from '../../support/shop/subscribe.js';

const scrip = useScrip();
beforeAll(async () => {
  const prices = [{ currency: 'usd', amountMinor: 900 }];
  const feature = { kind: 'feature', prices };
  const products = {
    guide: { ...feature, name: 'Guide' },
    room: { ...feature, name: 'Room', fulfilment: 'booking', onPartialRefund: 'close' },
    bundle: { ...feature, name: 'Bundle', features: ['export', 'import'], credits: 5, validityDays: 10 },
    welcome: { kind: 'feature', name: 'Welcome', features: ['help'] },
  };
  for (const [key, body] of Object.entries(products)) await scrip.call('PUT', `/v1/products/${key}`, body);
});

const listOf = async (accountId: string) =>
  (await scrip.call('GET', `/v1/accounts/${accountId}/entitlements`)).body.data;

it('a feature that is bought once is open until its money is back', async () => {
  const accountId = await anAccount(scrip);
  expect(await featureOf(scrip, accountId, 'guide')).toEqual({
    feature: 'guide',
    active: false,
    expiresAt: null,
    source: null,
    upgradeUrl: `${scrip.running.runtime.publicUrl}/plans?feature=guide`,
  });
  const order = await boughtPack(scrip, accountId, 'guide');
  expect(order).toMatchObject({ status: 'fulfilled', credits: 0, grantId: null, amountMinor: 900 });
  expect(await featureOf(scrip, accountId, 'guide')).toEqual({
    feature: 'guide',
    active: true,
    expiresAt: null,
    source: { type: 'order', id: order.id },
  });
  const again = await scrip.call('POST', '/v1/checkout-sessions', { accountId, product: 'guide' });
  expect(again).toMatchObject({ status: 409, body: { type: '/problems/already-entitled', features: ['guide'] } });

  await refundOf(scrip, { orderId: order.id, amountMinor: 100 });
  expect(await featureOf(scrip, accountId, 'guide')).toMatchObject({ active: true });
  await refundOf(scrip, { orderId: order.id });
  expect(await featureOf(scrip, accountId, 'guide')).toMatchObject({ active: false, upgradeUrl: expect.anything() });
  expect(await aCheckout(scrip, accountId, 'guide')).toHaveProperty('url');
});

it('a booking that is paid back in part is released, and can be made again', async () => {
  const accountId = await anAccount(scrip);
  const order = await boughtPack(scrip, accountId, 'room');
  expect((await boughtPack(scrip, accountId, 'room')).status).toBe('fulfilled');
  await refundOf(scrip, { orderId: order.id, amountMinor: 100 });
  await refundOf(scrip, { orderId: order.id });
  const events = await scrip.sql<{ data: object }>(
    `select data from domain_events where account_id = $1 and type = 'booking.to_release'`,
    [accountId],
  );
  expect(events).toEqual([{ data: { orderId: order.id, product: 'room' } }]);
  expect(await featureOf(scrip, accountId, 'room')).toMatchObject({ active: true });
});

it('a disputed feature is closed until the dispute is won', async () => {
  const accountId = await anAccount(scrip);
  const { url, orderId } = await aCheckout(scrip, accountId, 'guide');
  await payAt(url, '4000000000000259');
  await orderReaches(scrip, orderId, 'disputed');
  expect(await featureOf(scrip, accountId, 'guide')).toMatchObject({ active: false });
  const [dispute] = (await scrip.call('GET', '/v1/disputes')).body.data;
  await scrip.sandbox(`/_sandbox/disputes/${dispute.stripeDisputeId ?? dispute.id}/close`, { outcome: 'won' });
  await orderReaches(scrip, orderId, 'fulfilled');
  expect(await featureOf(scrip, accountId, 'guide')).toMatchObject({ active: true });
});

it('a bundle opens what it lists, gives its credits, and ends', async () => {
  const accountId = await anAccount(scrip);
  await boughtPack(scrip, accountId, 'bundle');
  expect(await balanceOf(scrip, accountId)).toBe(5);
  const names = async () =>
    (await listOf(accountId)).map(({ feature, active }: { feature: string; active: boolean }) => [feature, active]);
  expect(await names()).toEqual([
    ['export', true],
    ['help', true],
    ['import', true],
  ]);
  await advance(scrip, { days: 10 });
  expect(await names()).toEqual([
    ['export', false],
    ['help', true],
    ['import', false],
  ]);
  expect(await scrip.sql('select from entitlements where account_id = $1 and active', [accountId])).toHaveLength(0);
});

it('the free tier is open to all, while it is on sale', async () => {
  const accountId = await anAccount(scrip);
  expect(await featureOf(scrip, accountId, 'help')).toMatchObject({
    active: true,
    source: { type: 'free', id: 'welcome' },
  });
  const sale = await scrip.call('POST', '/v1/checkout-sessions', { accountId, product: 'welcome' });
  expect(sale.body.type).toBe('/problems/product-not-for-sale');
  await scrip.call('PUT', '/v1/products/welcome', {
    kind: 'feature',
    name: 'Welcome',
    features: ['help'],
    active: false,
  });
  expect(await featureOf(scrip, accountId, 'help')).toMatchObject({ active: false });
});

it('of two that open the same, one is enough', async () => {
  const accountId = await anAccount(scrip);
  const once = {
    kind: 'feature',
    name: 'History',
    features: ['history'],
    prices: [{ currency: 'usd', amountMinor: 100 }],
  };
  await scrip.call('PUT', '/v1/products/history', once);
  const order = await boughtPack(scrip, accountId, 'history');
  await subscribed(scrip, accountId);
  await refundOf(scrip, { orderId: order.id });
  expect(await featureOf(scrip, accountId, 'history')).toMatchObject({
    active: true,
    source: { type: 'subscription' },
  });
});

it('says what is no account, no name of a feature, and what there is to buy', async () => {
  expect((await featureOf(scrip, 'nobody', 'guide')).type).toBe('/problems/account-not-found');
  expect((await scrip.call('GET', '/v1/accounts/nobody/entitlements')).status).toBe(404);
  expect((await featureOf(scrip, 'nobody', 'A%20B')).errors[0]).toMatchObject({ pointer: '/feature', in: 'path' });
  const page = await scrip.call('GET', '/plans?feature=history', undefined, { key: null });
  expect(page.body).toContain('Basic, monthly');
  expect(page.body).toContain('$15.00 a month');
  expect((await scrip.call('GET', '/plans?feature=nothing', undefined, { key: null })).body).toContain(
    'Nothing that is for sale',
  );
});
