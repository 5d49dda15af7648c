import { useScrip } from '../../support/service/scrip.js';
import { anAccount } from '../../support/shop/shop.js';
import { anAccountWithCard, putTopUp, topUpOf, wishes } from '../../support/top-ups/top-ups.js';

const scrip = useScrip();

describe('how an account is topped up', () => {
  it('is off until somebody switches it on', async () => {
    expect(await topUpOf(scrip, await anAccount(scrip))).toEqual({
      enabled: false,
      status: 'off',
      pausedBecause: null,
      belowCredits: null,
      product: null,
      quantity: null,
      toCredits: null,
      currency: null,
      maxPerMonth: null,
      minIntervalSeconds: null,
      consent: null,
      chargedThisMonthMinor: 0,
      waitsFor: null,
      nextAttemptAt: null,
      actionUrl: null,
    });
  });

  it('is kept as it was set, and may be set by who has nothing to pay with while it is off', async () => {
    const accountId = await anAccount(scrip);
    const set = { enabled: false, toCredits: 50, maxPerMonth: { amountMinor: 9000, count: 3 }, minIntervalSeconds: 0 };
    const answer = await putTopUp(scrip, accountId, set);
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        enabled: false,
        status: 'off',
        pausedBecause: null,
        belowCredits: 10,
        product: 'basic',
        quantity: null,
        toCredits: 50,
        currency: 'usd',
        maxPerMonth: { amountMinor: 9000, count: 3 },
        minIntervalSeconds: 0,
        consent: { textVersion: '2026-11', acceptedAt: '2026-11-01T00:00:00.000Z' },
        chargedThisMonthMinor: 0,
        waitsFor: null,
        nextAttemptAt: null,
        actionUrl: null,
      },
    ]);
    expect(await topUpOf(scrip, accountId)).toEqual(answer.body);
  });

  it('is switched on by nobody who has nothing to pay with', async () => {
    const accountId = await anAccount(scrip);
    const refused = await putTopUp(scrip, accountId);
    expect([refused.status, refused.body.type]).toEqual([409, '/problems/payment-method-missing']);
    expect(await topUpOf(scrip, accountId)).toMatchObject({ enabled: false, belowCredits: null });
  });

  const without = (name: string) => Object.fromEntries(Object.entries(wishes()).filter(([field]) => field !== name));

  it.each([
    ['no cap', without('maxPerMonth'), '/maxPerMonth'],
    ['no consent', without('consent'), '/consent'],
    ['no mark', without('belowCredits'), '/belowCredits'],
    ['a cap of nothing', wishes({ maxPerMonth: { amountMinor: 0 } }), '/maxPerMonth/amountMinor'],
    ['a cap below the price', wishes({ maxPerMonth: { amountMinor: 999 } }), '/maxPerMonth/amountMinor'],
    ['a cap below the price of all', wishes({ quantity: 6 }), '/maxPerMonth/amountMinor'],
    ['both ways to say how many', wishes({ quantity: 1, toCredits: 50 }), '/quantity'],
    ['a goal below the mark', wishes({ toCredits: 10 }), '/toCredits'],
    [
      'a consent to come',
      wishes({ consent: { textVersion: '1', acceptedAt: '2999-01-01T00:00:00Z' } }),
      '/consent/acceptedAt',
    ],
    ['a mark of nothing', wishes({ belowCredits: 0 }), '/belowCredits'],
    ['an interval below nothing', wishes({ minIntervalSeconds: -1 }), '/minIntervalSeconds'],
    ['an unknown field', wishes({ maxPerWeek: 1 }), '/maxPerWeek'],
  ])('with %s is refused, and nothing is kept', async (_, body, pointer) => {
    const accountId = await anAccountWithCard(scrip);
    const { status, body: problem } = await scrip.call('PUT', `/v1/accounts/${accountId}/auto-top-up`, body);
    expect([status, problem.errors?.[0]?.pointer]).toEqual([400, pointer]);
    expect(await topUpOf(scrip, accountId)).toMatchObject({ enabled: false, belowCredits: null });
  });

  it.each(['basic-monthly', 'nothing-at-all'])('with the product %s, which is no pack, is refused', async (product) => {
    const refused = await putTopUp(scrip, await anAccountWithCard(scrip), { product });
    expect([refused.status, refused.body.type]).toEqual(
      product === 'basic-monthly' ? [409, '/problems/product-not-for-sale'] : [404, '/problems/product-not-found'],
    );
  });

  it('is not resumed where it is off, and is nobody else’s to see', async () => {
    const accountId = await anAccount(scrip);
    const path = `/v1/accounts/${accountId}/auto-top-up`;
    const refused = await scrip.call('POST', `${path}/resume`);
    expect([refused.status, refused.body.type]).toEqual([409, '/problems/auto-top-up-off']);
    const { key } = (await scrip.call('POST', '/v1/api-keys', { name: 'reader', scopes: ['read', 'spend'] })).body;
    for (const [verb, to] of [
      ['PUT', path],
      ['DELETE', path],
      ['POST', `${path}/resume`],
    ] as const)
      expect((await scrip.call(verb, to, verb === 'PUT' ? wishes() : undefined, { key })).status).toBe(403);
    for (const verb of ['GET', 'DELETE'] as const)
      expect((await scrip.call(verb, '/v1/accounts/nobody/auto-top-up')).status).toBe(404);
  });

  it('is set once by one key', async () => {
    const accountId = await anAccount(scrip);
    const path = `/v1/accounts/${accountId}/auto-top-up`;
    const put = (belowCredits: number) =>
      scrip.call('PUT', path, wishes({ enabled: false, belowCredits }), { idempotencyKey: 'set-1' });
    const first = await put(20);
    await putTopUp(scrip, accountId, { enabled: false, belowCredits: 30 });
    const again = await put(20);
    expect([again.body, again.headers.get('idempotency-replayed')]).toEqual([first.body, 'true']);
    expect((await put(40)).status).toBe(422);
    expect(await topUpOf(scrip, accountId)).toMatchObject({ belowCredits: 30 });
  });
});
