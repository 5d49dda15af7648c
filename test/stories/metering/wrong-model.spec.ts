import { useScrip } from '../../support/service/scrip.js';
import { openAccount, outcomeOf } from '../../support/shop/account.js';
import { haveMeters, usageOf } from '../../support/shop/usage.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const scrip = useScrip();
beforeAll(() =>
  haveMeters(scrip, {
    words: {
      prices: [
        { match: { model: 'large' }, credits: 5, per: 100 },
        { match: { model: 'small' }, credits: 1, per: 100 },
      ],
      rounding: 'carry',
    },
  }),
);

const words = (quantity: number, model: string) => ({ meter: 'words', quantity, dimensions: { model } });

it('a job that a worker has billed by the wrong model is billed by the right one, weeks later', async () => {
  const account = await openAccount(scrip);
  const usage = usageOf(scrip, account.id);
  const from = new Date(Math.floor(scrip.clock.now().getTime() / HOUR_MS) * HOUR_MS);
  const expiresAt = new Date(from.getTime() + 20 * DAY_MS).toISOString();
  await account.grant(100, { expiresAt });

  const event = {
    ...{ specversion: '1.0', source: '/worker/7', id: 'chat-42', type: 'chat', subject: account.id },
    data: { lines: [words(950, 'large')] },
  };
  const billed = await scrip.call('POST', '/v1/usage', event);
  expect(billed).toMatchObject({ status: 201, body: { amount: 48, balance: 52 } });

  // What a word costs has trebled since, and the credits have lapsed.
  const dearer = { prices: [{ match: {}, credits: 15, per: 100 }], rounding: 'carry' };
  const at = new Date(from.getTime() + 10 * DAY_MS).toISOString();
  await scrip.call('POST', '/v1/meters/words/rates', { ...dearer, effectiveAt: at });
  scrip.clock.advance(25 * DAY_MS);
  await account.grant(30);
  expect(await account.standing()).toMatchObject({ balance: 30 });

  const asked = { accountId: account.id, source: '/worker/7', id: 'chat-42', lines: [words(950, 'small')] };
  const correct = () =>
    scrip.call(
      'POST',
      '/v1/usage/corrections',
      { ...asked, reason: 'It was the small model' },
      { idempotencyKey: 'chat-42-corrected' },
    );
  const corrected = await correct();
  // Ten of the 48 that come back are taken, and the others lapse with their time: what was bought since stays.
  expect(corrected.body).toMatchObject({ amount: 10, balance: 30, event: { source: '/worker/7', id: 'chat-42' } });
  expect(corrected.body.lines).toMatchObject([{ price: '9.5', credits: 10, rateVersion: 1 }]);
  expect(outcomeOf(await correct())).toBe('replayed');

  // The queue of the worker delivers once more.
  const again = await scrip.call('POST', '/v1/usage', event);
  expect([again.status, again.body]).toEqual([200, billed.body]);

  expect(await account.entries()).toEqual([
    ...['grant +100', 'spend -48', 'expiry -52', 'grant +30', 'spend_reversal +48', 'spend -10', 'expiry -38'],
  ]);
  const { body: receipt } = await usage.receipt(corrected.body.id);
  expect(receipt).toMatchObject({
    ...{ corrects: billed.body.id, usedAt: billed.body.event.time, balanceBefore: 78, balanceAfter: 68 },
    lines: [{ dimensions: { model: 'small' }, carried: '-0.5', undone: false }],
  });

  const to = new Date(from.getTime() + DAY_MS);
  const report = `from=${from.toISOString()}&to=${to.toISOString()}&by=model`;
  const { data } = (await scrip.call('GET', `/v1/accounts/${account.id}/usage?${report}`)).body;
  expect(data).toContainEqual(
    expect.objectContaining({ dimensions: { model: 'small' }, quantity: '950', credits: 10 }),
  );
  expect(data.reduce((sum: number, row: { credits: number }) => sum + row.credits, 0)).toBe(10);
});
