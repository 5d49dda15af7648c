import { useScrip } from '../support/service/scrip.js';

const scrip = useScrip();
beforeAll(async () => {
  await scrip.call('PUT', '/v1/accounts/ada', {});
});

/** What JSON knows beside an object. */
const NO_OBJECTS = [[], [[]], [{}], 'text', 7, true];

describe('where one object is due', () => {
  const grant = { amount: 3, category: 'paid', reason: 'a gift' };
  const plan = { kind: 'plan', name: 'Plan', credits: 3, prices: [{ currency: 'usd', amountMinor: 100 }] };

  it.each(NO_OBJECTS)('refuses %j as the cost basis of a grant', async (costBasis) => {
    const answer = await scrip.call(
      'POST',
      '/v1/accounts/ada/grants',
      { ...grant, costBasis },
      { idempotencyKey: 'g' },
    );
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/costBasis']);
  });

  it.each(NO_OBJECTS)('refuses %j as what a plan rolls over', async (rollover) => {
    const answer = await scrip.call('PUT', '/v1/products/nested', { ...plan, rollover });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '/rollover']);
  });

  it.each(NO_OBJECTS)('refuses %j as a whole body', async (body) => {
    const answer = await scrip.call('POST', '/v1/spends', JSON.stringify(body), { idempotencyKey: 's' });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, '']);
  });
});

describe('where a list of objects is due', () => {
  it.each([[], 'text', 7, true, null])('refuses %j as one of the prices', async (price) => {
    const pack = { kind: 'pack', name: 'Pack', credits: 3, prices: [{ currency: 'usd', amountMinor: 100 }, price] };
    const answer = await scrip.call('PUT', '/v1/products/nested', pack);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, expect.stringMatching(/^\/prices(\/1)?$/)]);
  });

  it.each([[], 'text', 7, true, null])('rejects %j as one item of a batch, and books the others', async (item) => {
    const good = { accountId: 'ada', amount: 1, idempotencyKey: 'b' };
    const { status, body } = await scrip.call('POST', '/v1/spends/batch', { items: [item, good] });
    expect([status, body.results[0].status, body.results[0].problem.type]).toEqual([
      200,
      'rejected',
      '/problems/validation-failed',
    ]);
  });

  it.each([{}, { 0: {} }, 'text', 7, true])('refuses %j as the list itself', async (list) => {
    const product = { kind: 'pack', name: 'Pack', credits: 3, prices: list };
    expect((await scrip.call('PUT', '/v1/products/nested', product)).body.errors[0].pointer).toBe('/prices');
    expect((await scrip.call('POST', '/v1/spends/batch', { items: list })).body.errors[0].pointer).toBe('/items');
  });
});
