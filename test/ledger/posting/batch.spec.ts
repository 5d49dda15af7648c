import { randomUUID } from 'node:crypto';
import { useScrip } from '../../support/service/scrip.js';
import { anAccount, balanceOf, givenCredits, spendOf } from '../../support/shop/shop.js';

describe('a batch of spends', () => {
  const scrip = useScrip();
  afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

  const batch = (items: unknown) => scrip.call('POST', '/v1/spends/batch', { items });
  const item = (accountId: string, amount: unknown, idempotencyKey: string = randomUUID()) => ({
    accountId,
    amount,
    idempotencyKey,
  });

  it('gets a verdict each, in order: one bad item never fails the others', async () => {
    const account = await anAccount(scrip);
    await givenCredits(scrip, account, 10);
    await spendOf(scrip, account, 1, 'known');

    const { status, body } = await batch([
      item(account, 4, 'first'),
      item(account, '4'),
      item(account, 6),
      item('nobody', 1),
      item(account, 4, 'first'),
      item(account, 5, 'first'),
      { accountId: account, amount: 1 },
      item(account, 5),
      'not an object',
    ]);

    expect(status).toBe(200);
    expect(
      body.results.map(
        (result: { status: string; problem?: { type: string } }) => result.problem?.type ?? result.status,
      ),
    ).toEqual([
      'accepted',
      '/problems/validation-failed',
      '/problems/insufficient-credits',
      '/problems/account-not-found',
      'replayed',
      '/problems/idempotency-key-reused',
      '/problems/validation-failed',
      'accepted',
      '/problems/validation-failed',
    ]);
    expect(body.results[4].spend).toEqual(body.results[0].spend);
    expect(body.results[7].spend.balance).toBe(0);
  });

  it('of a thousand is taken to the last credit, and taken once when it is sent again', async () => {
    const account = await anAccount(scrip);
    await givenCredits(scrip, account, 990);
    const items = Array.from({ length: 1_000 }, (_, index) => item(account, 1, `page-${index}`));

    const [first, second] = await Promise.all([batch(items), batch(items)]);

    const statuses = [...first.body.results, ...second.body.results].map(({ status }: { status: string }) => status);
    expect(statuses.filter((status) => status === 'accepted')).toHaveLength(990);
    expect(statuses.filter((status) => status === 'replayed')).toHaveLength(990);
    expect(statuses.filter((status) => status === 'rejected')).toHaveLength(20);
    expect(await balanceOf(scrip, account)).toBe(0);
  });

  it.each<[what: string, text: string]>([
    ['a NUL character', '"description": "a\\u0000b"'],
    ['half of a surrogate pair', '"description": "a\\ud800b"'],
    ['a NUL character in a name', '"metadata": {"a\\u0000b": "x"}'],
    ['a name that every object has', '"constructor": {}'],
    ['the name __proto__', '"__proto__": {"accountId": "ada"}'],
    ['a number beyond numbers', '"metadata": {"a": 1e309}'],
    ['nesting without end', `"metadata": ${'['.repeat(40)}${']'.repeat(40)}`],
    ['many names', `"metadata": {${Array.from({ length: 2_000 }, (_, index) => `"n${index}": "x"`).join(', ')}}`],
  ])('with %s in one item fails that item alone', async (_what, text) => {
    const account = await anAccount(scrip);
    await givenCredits(scrip, account, 10);
    const good = JSON.stringify(item(account, 4));
    const bad = `{"accountId": "${account}", "amount": 1, "idempotencyKey": "${randomUUID()}", ${text}}`;

    const { status, body } = await scrip.call('POST', '/v1/spends/batch', `{"items": [${good}, ${bad}, ${good}]}`);

    expect(status).toBe(200);
    expect(body.results.map((result: { status: string }) => result.status)).toEqual([
      'accepted',
      'rejected',
      'replayed',
    ]);
    expect(body.results[1].problem).toMatchObject({ type: '/problems/validation-failed', status: 400 });
    expect(await balanceOf(scrip, account)).toBe(6);
  });

  it('gets few reasons for each item, so that the answer is not many times larger than the request', async () => {
    const items = Array.from({ length: 1_000 }, () => ({ metadata: Array.from({ length: 60 }, () => '\0') }));
    const { status, body } = await batch(items);
    expect([status, body.results.length, body.results[0].problem.errors.length]).toEqual([200, 1_000, 10]);
  });

  it.each(['{"items": [{}], "constructor": 1}', '{"items": [{}], "more": 1}', '[]', '5', '{"items": {"length": 1}}'])(
    'is refused as a whole when what is around the items is wrong: %s',
    async (text) => {
      const { status, body } = await scrip.call('POST', '/v1/spends/batch', text);
      expect([status, body.type]).toEqual([400, '/problems/validation-failed']);
    },
  );

  it.each([[[]], [Array.from({ length: 1_001 }, () => item('ada', 1))], ['all'], [null]])(
    'is refused as a whole when it is no list of 1 to 1,000',
    async (items) => {
      const { status, body } = await batch(items);
      expect([status, body.type]).toEqual([400, '/problems/validation-failed']);
    },
  );
});
