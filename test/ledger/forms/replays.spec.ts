import { randomUUID } from 'node:crypto';
import type { EntryForm } from '../../../src/config/environment.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { postText } from '../../support/service/post-text.js';
import { startTestScrip, type TestScrip } from '../../support/service/scrip.js';
import { openAccount, outcomeOf, type TestAccount } from '../../support/shop/account.js';

/** What may be said of a spend, with what JSON, Postgres or JavaScript may want to write otherwise. */
const SAID: [name: string, said: Record<string, unknown>][] = [
  ['nothing', {}],
  ['blanks at the ends', { description: ' a ' }],
  ['no names', { metadata: {} }],
  ['quotes and controls', { description: 'a "b" \\ \n\r\t\b\f \u001f /' }],
  ['every script', { description: 'äß Ω ж 漢字 עברית 🙂 e\u0301 \u2028\u2029\u200b' }],
  ['names in an order of their own', { metadata: { b: '1', a: '2', 10: 'x', 9: 'y', '': undefined } }],
  ['names that are hard to write', { metadata: { 'a "b"': '\\', ж: '🙂', null: 'n', '-0': 'z' } }],
  ['much', { description: 'x'.repeat(500), metadata: { long: '\u00e9'.repeat(500) } }],
];

describe.each<EntryForm>(['one-row', 'three-rows'])('a spend of the form %s that is sent again', (form) => {
  let database: TestDatabase;
  let scrip: TestScrip;
  let other: TestScrip;
  let account: TestAccount;
  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await startTestScrip({ DATABASE_URL: database.url, ENTRY_FORM: form });
    // It has no memory of the account, and would write the other form.
    other = await startTestScrip({
      DATABASE_URL: database.url,
      ROLE: 'api',
      ENTRY_FORM: form === 'one-row' ? 'three-rows' : 'one-row',
    });
  });
  beforeEach(async () => {
    account = await openAccount(scrip);
    await account.grant(30, { priority: 1 });
    await account.grant(100);
  });
  afterAll(async () => {
    expect((await scrip.checkBooks()).findings).toEqual([]);
    await other.close();
    await scrip.close();
    await database.drop();
  });

  const sent = (to: TestScrip, key: string, body: unknown) => postText(to, '/v1/spends', body, key);

  it.each(SAID)('is answered the same to the byte by any process: %s', async (_name, said) => {
    const key = randomUUID();
    const body = { accountId: account.id, amount: 4, ...said };
    const first = await sent(scrip, key, body);
    expect([first.status, first.again]).toEqual([201, false]);
    await account.spend(1);
    await account.hold(5);
    for (const process of [scrip, other, scrip])
      expect(await sent(process, key, body)).toEqual({ ...first, again: true });
  });

  it('tells what it was taken from and what was held then, of several grants and behind a hold', async () => {
    await account.hold(7);
    const key = randomUUID();
    const body = { accountId: account.id, amount: 33 };
    const first = await sent(scrip, key, body);
    expect(JSON.parse(first.text)).toMatchObject({
      balance: 97,
      available: 90,
      allocations: [{ amount: 30 }, { amount: 3 }],
    });
    await account.spend(1);
    for (const process of [scrip, other]) expect(await sent(process, key, body)).toEqual({ ...first, again: true });
  });

  it('in a batch is answered the same', async () => {
    const items = SAID.map(([, said]) => ({ accountId: account.id, amount: 1, idempotencyKey: randomUUID(), ...said }));
    const first = await scrip.call('POST', '/v1/spends/batch', { items });
    const again = await other.call('POST', '/v1/spends/batch', { items });
    expect(again.body.results).toEqual(first.body.results.map((result: object) => ({ ...result, status: 'replayed' })));
  });

  it.each([
    ['another amount', {}, { amount: 5 }],
    ['a text where there was none', {}, { description: 'a' }],
    ['another text', { description: 'a' }, { description: 'b' }],
    ['names where there were none', {}, { metadata: {} }],
    ['other names', { metadata: { a: '1' } }, { metadata: { b: '1' } }],
  ])('is refused with %s', async (_name, said, otherwise) => {
    const key = randomUUID();
    const body = { accountId: account.id, amount: 4, ...said };
    await sent(scrip, key, body);
    for (const process of [scrip, other])
      expect(JSON.parse((await sent(process, key, { ...body, ...otherwise })).text).type).toBe(
        '/problems/idempotency-key-reused',
      );
    expect(await account.standing()).toMatchObject({ balance: 126 });
  });

  it('shows its receipt, and is reversed, by any process', async () => {
    const { body: spend } = await account.spend(9, 'k', { description: 'nine', metadata: { b: '1', a: '2' } });
    const path = `/v1/accounts/${account.id}/spends/${spend.id}`;
    expect(
      (await other.call('POST', `${path}/reversals`, { amount: 4, reason: 'x' }, { idempotencyKey: 'r1' })).status,
    ).toBe(201);
    const { body: reversal } = await scrip.call('POST', `${path}/reversals`, { reason: 'x' }, { idempotencyKey: 'r2' });
    expect(reversal).toMatchObject({ amount: 5, reversed: 9, balance: 130 });
    for (const process of [scrip, other]) {
      expect((await process.call('GET', path)).body).toMatchObject({
        ...{ amount: 9, reversed: 9, description: 'nine', metadata: { b: '1', a: '2' } },
        ...{ seq: 3, balanceBefore: 130, balanceAfter: 121 },
      });
      expect(
        (await process.call('POST', `${path}/reversals`, { reason: 'x' }, { idempotencyKey: randomUUID() })).body.type,
      ).toBe('/problems/reversal-exceeds-spend');
    }
  });

  it('keeps its key from every other request, and is kept from theirs', async () => {
    const path = `/v1/accounts/${account.id}`;
    const put = (key: string) => scrip.call('PUT', path, { name: 'Ada' }, { idempotencyKey: key });
    expect(outcomeOf(await account.spend(1, 'spent'))).toBe('accepted');
    expect(outcomeOf(await account.grant(1, {}, 'spent'))).toBe('idempotency-key-reused');
    expect(outcomeOf(await put('spent'))).toBe('idempotency-key-reused');
    const { body: hold } = await account.hold(1, 60, 'held');
    expect(outcomeOf(await account.capture(hold.id, 1, { key: 'spent' }))).toBe('idempotency-key-reused');
    expect(outcomeOf(await account.capture(hold.id, 1, { key: 'captured' }))).toBe('accepted');
    expect(outcomeOf(await put('put'))).toBe('accepted');
    for (const taken of ['put', 'held', 'captured'])
      expect([taken, outcomeOf(await account.spend(1, taken))]).toEqual([taken, 'idempotency-key-reused']);
  });
});
