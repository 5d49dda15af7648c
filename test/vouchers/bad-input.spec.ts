import { aVoucher, disable, redeem } from '../support/make/vouchers.js';
import { useScrip } from '../support/service/scrip.js';
import { anAccount } from '../support/shop/shop.js';

const scrip = useScrip();

it.each([
  [{}, '/credits'],
  [{ credits: 0 }, '/credits'],
  [{ credits: 1.5 }, '/credits'],
  [{ credits: '5' }, '/credits'],
  [{ credits: 900_000_000_001 }, '/credits'],
  [{ credits: 5, count: 0 }, '/count'],
  [{ credits: 5, count: 10_001 }, '/count'],
  [{ credits: 5, count: 2, code: 'WELCOME' }, '/count'],
  [{ credits: 5, code: 'no' }, '/code'],
  [{ credits: 5, code: 'with blanks' }, '/code'],
  [{ credits: 5, code: null }, '/code'],
  [{ credits: 5, code: 42 }, '/code'],
  [{ credits: 5, code: `A${'-'.repeat(100_000)}` }, '/code'],
  [{ credits: 5, category: 'gift' }, '/category'],
  [{ credits: 5, validityDays: 0 }, '/validityDays'],
  [{ credits: 5, validityDays: 36_501 }, '/validityDays'],
  [{ credits: 5, redeemableUntil: 'tomorrow' }, '/redeemableUntil'],
  [{ credits: 5, redeemableUntil: '2020-01-01T00:00:00Z' }, '/redeemableUntil'],
  [{ credits: 5, maxRedemptions: 0 }, '/maxRedemptions'],
  [{ credits: 5, maxRedemptions: 1e10 }, '/maxRedemptions'],
  [{ credits: 5, perAccount: 0 }, '/perAccount'],
  [{ credits: 5, newAccountsOnly: 'yes' }, '/newAccountsOnly'],
  [{ credits: 5, metadata: { a: 1 } }, '/metadata'],
  [{ credits: 5, redemptions: 3 }, '/redemptions'],
])('a voucher of %j is refused', async (body, pointer) => {
  const before = await scrip.sql('select count(*) from vouchers');
  const answer = await scrip.call('POST', '/v1/vouchers', body);
  expect([answer.status, answer.body.type]).toEqual([400, '/problems/validation-failed']);
  expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
  expect(await scrip.sql('select count(*) from vouchers')).toEqual(before);
});

it('a code names one voucher for ever, in whatever form it is given', async () => {
  const { id } = await aVoucher(scrip, { code: 'SUMMER-2026' });
  await disable(scrip, id);
  for (const code of ['SUMMER-2026', 'summer2026', 'Sum_mer-20-26']) {
    const again = await scrip.call('POST', '/v1/vouchers', { credits: 1, code }, { idempotencyKey: 'again' });
    expect([again.status, again.body.type]).toEqual([409, '/problems/voucher-code-taken']);
  }
  // The key is free again.
  const other = await scrip.call('POST', '/v1/vouchers', { credits: 1 }, { idempotencyKey: 'again' });
  expect(other.status).toBe(201);
  expect((await scrip.sql('select count(*)::int as count from vouchers'))[0]).toEqual({ count: 2 });
});

it('one code that two requests want at once is of one voucher', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => scrip.call('POST', '/v1/vouchers', { credits: 1, code: 'RACED' })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
});

it('what cannot be redeemed says why', async () => {
  const account = await anAccount(scrip);
  const path = `/v1/accounts/${account}/voucher-redemptions`;
  const { code } = await aVoucher(scrip);
  const typeOf = async (...call: Parameters<typeof scrip.call>) => (await scrip.call(...call)).body.type;
  expect(await typeOf('POST', path, { code })).toBe('/problems/idempotency-key-required');
  expect(await typeOf('POST', '/v1/accounts/nobody/voucher-redemptions', { code }, { idempotencyKey: 'k' })).toBe(
    '/problems/account-not-found',
  );
  expect(await typeOf('GET', '/v1/accounts/nobody/voucher-redemptions')).toBe('/problems/account-not-found');
  for (const body of [{}, { code: '' }, { code: '  ' }, { code: 5 }, { code: 'x'.repeat(201) }, { code, more: 1 }])
    expect(await typeOf('POST', path, body, { idempotencyKey: 'k' })).toBe('/problems/validation-failed');
  for (const wrong of ['---', '%', "' or 1=1 --", '\u{1f39f}\ufe0f', 'ﷺ'.repeat(11)])
    expect((await redeem(scrip, account, wrong)).body).toMatchObject({
      status: 404,
      type: '/problems/voucher-not-found',
    });
  for (const lookedFor of ['vch_none', '%00', 'x'.repeat(300)])
    expect([400, 404]).toContain((await scrip.call('GET', `/v1/vouchers/${lookedFor}`)).status);
  for (const query of ['cursor=x', 'limit=0', 'cursor=MTIzNDU2']) {
    const { id } = await aVoucher(scrip);
    expect(await typeOf('GET', `/v1/vouchers/${id}/codes?${query}`)).toBe('/problems/validation-failed');
  }
  expect((await disable(scrip, 'vch_none')).body.type).toBe('/problems/voucher-not-found');
  const { id } = await aVoucher(scrip);
  expect((await disable(scrip, id, code)).body.type).toBe('/problems/voucher-not-found');
  expect((await redeem(scrip, account, code)).status).toBe(201);
});
