import { useScrip } from '../../support/service/scrip.js';
import { boughtPack, givenCredits, spendOf } from '../../support/shop/shop.js';

/** An id as Auth0 makes it, an e-mail address with a plus sign, and one of all the signs that are allowed. */
const IDS = ['auth0|64f1c0ffee', 'ada+credits@example.com', '+|@:._-'];

describe('an account that is called as its identity provider calls it', () => {
  const scrip = useScrip();

  it.each(IDS)('%s buys, is given, spends and is found', async (id) => {
    const path = `/v1/accounts/${encodeURIComponent(id)}`;
    expect((await scrip.call('PUT', path, { name: 'Ada' })).body.id).toBe(id);

    const order = await boughtPack(scrip, id);
    expect(order.accountId).toBe(id);
    await scrip.call(
      'POST',
      `${path}/grants`,
      { amount: 7, category: 'promotional', reason: 'Welcome' },
      {
        idempotencyKey: `welcome:${id}`,
      },
    );
    expect((await spendOf(scrip, id, 3)).status).toBe(201);
    const batch = await scrip.call('POST', '/v1/spends/batch', {
      items: [{ accountId: id, amount: 1, idempotencyKey: `batch:${id}` }],
    });
    expect(batch.body.results[0].status).toBe('accepted');

    const { body: balance } = await scrip.call('GET', `${path}/balance`);
    expect(balance).toMatchObject({ accountId: id, balance: order.credits + 7 - 3 - 1 });
    const { body: orders } = await scrip.call('GET', `/v1/orders?accountId=${encodeURIComponent(id)}`);
    expect(orders.data.map(({ id: orderId }: { id: string }) => orderId)).toEqual([order.id]);
    const { body: table } = await scrip.call('GET', `${path}/statement`, undefined, {
      headers: { accept: 'text/csv' },
    });
    expect(table).toContain(id);
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });

  it('is found where a client does not encode the address, too', async () => {
    for (const id of IDS) {
      await scrip.call('PUT', `/v1/accounts/${encodeURIComponent(id)}`, {});
      expect((await scrip.call('GET', `/v1/accounts/${id}`)).body.id).toBe(id);
    }
    await givenCredits(scrip, 'auth0|64f1c0ffee', 1);
  });

  it('is described so', async () => {
    const { body } = await scrip.call('GET', '/openapi.json');
    const pattern = '^[A-Za-z0-9_.:@|+-]{1,128}$';
    const [inPath] = body.paths['/v1/accounts/{accountId}'].get.parameters;
    expect(inPath.schema).toMatchObject({ type: 'string', pattern });
    for (const id of IDS) expect(id).toMatch(new RegExp(pattern, 'u'));
    const { requestBody } = body.paths['/v1/spends'].post;
    const name = requestBody.content['application/json'].schema.$ref.split('/').at(-1);
    expect(body.components.schemas[name].properties.accountId).toMatchObject({ type: 'string', pattern });
  });
});
