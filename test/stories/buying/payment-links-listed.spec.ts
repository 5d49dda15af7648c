import { eventually } from '../../support/eventually.js';
import { useScrip } from '../../support/service/scrip.js';
import { fillIn } from '../../support/shop/pay-page.js';
import { anAccount, balanceOf, entriesOf } from '../../support/shop/shop.js';
import { fault } from '../../support/shop/stripe-side.js';

const scrip = useScrip();
afterEach(async () => {
  expect((await scrip.checkBooks()).findings).toEqual([]);
});

function ask(body: object) {
  return scrip.call('POST', '/v1/payment-links', { product: 'basic', ...body });
}

describe('a link that is switched off', () => {
  it('opens no page any more, and is shown so; a page that was open is paid all the same', async () => {
    const accountId = await anAccount(scrip);
    const { id, url } = (await ask({ accountId, quantity: 2 })).body;
    const open = (await fetch(url, { redirect: 'manual' })).headers.get('location');
    const shown = await scrip.call('GET', `/v1/payment-links/${id}`);
    expect(shown.body).toEqual({
      id,
      url,
      accountId,
      product: 'basic',
      productName: 'Basic',
      quantity: 2,
      credits: 24,
      amountMinor: 2000,
      currency: 'usd',
      active: true,
      createdAt: expect.stringMatching(/Z$/),
      deactivatedAt: null,
    });

    const off = await scrip.call('POST', `/v1/payment-links/${id}/deactivate`);
    expect(off).toMatchObject({ status: 200, body: { id, active: false, deactivatedAt: expect.stringMatching(/Z$/) } });
    expect((await scrip.call('POST', `/v1/payment-links/${id}/deactivate`)).body).toEqual(off.body);
    const refused = await fetch(url, { redirect: 'manual' });
    expect([refused.status, refused.headers.get('location')]).toEqual([expect.any(Number), null]);
    expect(refused.status).not.toBe(303);

    await fillIn(new URL(String(open), url).href);
    await eventually(
      () => balanceOf(scrip, accountId),
      (balance) => balance === 24,
    );
  });

  it('is switched off although Stripe fails after it, and not by who may only read', async () => {
    const { id } = (await ask({ accountId: await anAccount(scrip) })).body;
    const path = `/v1/payment-links/${id}/deactivate`;
    const reader = (await scrip.call('POST', '/v1/api-keys', { name: 'a reader', scopes: ['read'] })).body.key;
    expect((await scrip.call('POST', path, undefined, { key: reader })).status).toBe(403);
    await fault(scrip, { method: 'POST', path: '/v1/payment_links/*', times: 3, cutAfterEffect: true });
    expect((await scrip.call('POST', path)).status).toBe(503);
    expect((await scrip.call('GET', `/v1/payment-links/${id}`)).body.active).toBe(true);
    expect((await scrip.call('POST', path)).body.active).toBe(false);
    expect((await scrip.call('POST', '/v1/payment-links/lnk_none/deactivate')).body).toMatchObject({
      status: 404,
      type: '/problems/payment-link-not-found',
    });
  });

  it('is listed with the others, newest first, of one account or of all', async () => {
    const accountId = await anAccount(scrip);
    const ids: string[] = [];
    for (const quantity of [1, 2, 3]) ids.unshift((await ask({ accountId, quantity })).body.id);
    await scrip.call('POST', `/v1/payment-links/${ids[1]}/deactivate`);
    const first = (await scrip.call('GET', `/v1/payment-links?accountId=${accountId}&limit=2`)).body;
    expect(first.data).toMatchObject([
      { id: ids[0], active: true },
      { id: ids[1], active: false },
    ]);
    const second = (await scrip.call('GET', `/v1/payment-links?accountId=${accountId}&cursor=${first.nextCursor}`))
      .body;
    expect(second).toMatchObject({ data: [{ id: ids[2] }], nextCursor: null });
    expect((await scrip.call('GET', '/v1/payment-links?limit=1')).body.data).toMatchObject([{ id: ids[0] }]);
  });
});

describe('a link that sells a feature', () => {
  it('opens it to who pays, and carries no credits (it was answered with 500)', async () => {
    const accountId = await anAccount(scrip);
    const prices = [{ currency: 'usd', amountMinor: 900 }];
    await scrip.call('PUT', '/v1/products/export', { kind: 'feature', name: 'Export', prices });
    const answer = await ask({ accountId, product: 'export' });
    expect(answer.status).toBe(201);
    const open = (await fetch(answer.body.url, { redirect: 'manual' })).headers.get('location');
    await fillIn(new URL(String(open), answer.body.url).href);
    const feature = await eventually(
      async () => (await scrip.call('GET', `/v1/accounts/${accountId}/entitlements/export`)).body,
      ({ active }) => active,
    );
    expect(feature).toMatchObject({ active: true });
    expect(await entriesOf(scrip, accountId)).toEqual([]);
  });
});
