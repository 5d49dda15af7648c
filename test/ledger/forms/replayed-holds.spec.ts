import { randomUUID } from 'node:crypto';
import type { EntryForm } from '../../../src/config/environment.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { postText, type TextAnswer } from '../../support/service/post-text.js';
import { startTestScrip, type TestScrip } from '../../support/service/scrip.js';
import { type StoppedClock, stopClock } from '../../support/service/stopped-clock.js';
import { accountOf, openAccount, outcomeOf, type TestAccount } from '../../support/shop/account.js';

/** What becomes of a hold of 4 after it was placed for a minute. */
const FATES: [name: string, happens: (account: TestAccount, holdId: string) => Promise<unknown>][] = [
  ['nothing', async () => undefined],
  ['it is extended', (account, id) => account.extend(id, 600)],
  ['it is captured in part', (account, id) => account.capture(id, 1, { final: false })],
  ['it is captured', (account, id) => account.capture(id, 3)],
  [
    'it is captured in two parts',
    async (account, id) => {
      await account.capture(id, 1, { final: false });
      await account.extend(id, 300);
      await account.capture(id, 3, { final: false });
    },
  ],
  ['it is released', (account, id) => account.release(id)],
  [
    'it has expired',
    async (account) => {
      clock.advance(61);
      await account.spend(1);
    },
  ],
];

/** Requests for a capture, of a hold of 4. */
const CAPTURES: [name: string, request: { amount: number; final?: boolean }][] = [
  ['of all, nothing said', { amount: 4 }],
  ['of some, nothing said', { amount: 3 }],
  ['of some, final', { amount: 3, final: true }],
  ['of all, final', { amount: 4, final: true }],
  ['of all, not final', { amount: 4, final: false }],
  ['of some, not final', { amount: 3, final: false }],
];

let clock: StoppedClock;

describe.each<EntryForm>(['one-row', 'three-rows'])('in the form %s, sent again,', (form) => {
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
    clock = stopClock(scrip.clock);
    other.clock.now = () => clock.now();
  });
  beforeEach(async () => {
    account = await openAccount(scrip);
    await account.grant(30, { priority: 1 });
    await account.grant(100);
    await account.spend(1);
  });
  afterAll(async () => {
    expect((await scrip.checkBooks()).findings).toEqual([]);
    await other.close();
    await scrip.close();
    await database.drop();
  });

  async function expectSameAgain(path: string, body: unknown, key: string, first: TextAnswer): Promise<void> {
    for (const process of [scrip, other, scrip])
      expect(await postText(process, path, body, key)).toEqual({ ...first, again: true });
  }

  it.each(FATES)('a hold is answered the same to the byte: %s', async (_name, happens) => {
    const asked = { accountId: account.id, amount: 4 };
    for (const request of [{ ...asked, expiresInSeconds: 60 }, asked, { ...asked, expiresInSeconds: 900 }]) {
      const key = `${randomUUID()}"\\`;
      const first = await postText(scrip, '/v1/holds', request, key);
      expect([first.status, first.again]).toEqual([201, false]);
      clock.advance(1);
      await happens(account, JSON.parse(first.text).id);
      await expectSameAgain('/v1/holds', request, key, first);
    }
  });

  it.each(CAPTURES)('a capture is answered the same to the byte: %s', async (_name, request) => {
    await account.hold(2);
    const { body: hold } = await account.hold(4, 60);
    await account.extend(hold.id, 90);
    const [path, key] = [`/v1/accounts/${account.id}/holds/${hold.id}/captures`, randomUUID()];
    const first = await postText(scrip, path, request, key);
    expect([first.status, first.again]).toEqual([201, false]);
    clock.advance(1);
    if (JSON.parse(first.text).hold.status === 'active') await account.capture(hold.id, 1, { final: false });
    await account.spend(1);
    await account.hold(5);
    await expectSameAgain(path, request, key, first);
    expect((await account.standing()).balance).toBeLessThan(129);
  });

  it('a capture tells what it was taken from, what was held then, and what lapsed behind it', async () => {
    const expiresAt = new Date(clock.now().getTime() + 60_000).toISOString();
    await account.grant(10, { priority: 0, expiresAt });
    await account.hold(7);
    const { body: hold } = await account.hold(45, 600);
    const { body: other } = await account.hold(8, 600);
    const path = (holdId: string) => `/v1/accounts/${account.id}/holds/${holdId}/captures`;
    const keys = [randomUUID(), randomUUID()] as const;
    const first = await postText(scrip, path(hold.id), { amount: 42 }, keys[0]);
    expect(JSON.parse(first.text)).toMatchObject({
      ...{ balance: 97, available: 82, seq: 5 },
      allocations: [{ amount: 10 }, { amount: 29 }, { amount: 3 }],
      hold: { status: 'captured', captured: 42 },
    });
    await account.adjust(-97);
    await account.grant(9, { priority: 0, expiresAt });
    clock.advance(61);
    const second = await postText(scrip, path(other.id), { amount: 1 }, keys[1]);
    expect(JSON.parse(second.text)).toMatchObject({ balance: 7, available: 0, hold: { status: 'captured' } });
    await expectSameAgain(path(hold.id), { amount: 42 }, keys[0], first);
    await expectSameAgain(path(other.id), { amount: 1 }, keys[1], second);
  });

  it('a hold is refused with anything else', async () => {
    const key = randomUUID();
    await account.hold(4, 900, key);
    const { body: unsaid } = await account.hold(4, undefined, 'unsaid');
    for (const process of [scrip, other]) {
      const same = accountOf(process, account.id);
      const refused = [same.hold(5, 900, key), same.hold(4, undefined, key), same.hold(4, 901, key)];
      refused.push(same.hold(4, 900, 'unsaid'), same.spend(4, key), same.capture(unsaid.id, 4, { key }));
      for (const answer of await Promise.all(refused)) expect(outcomeOf(answer)).toBe('idempotency-key-reused');
    }
    expect(await account.standing()).toMatchObject({ balance: 129, held: 8 });
  });

  it('a capture is refused with anything else', async () => {
    const [one, two] = [(await account.hold(4)).body.id, (await account.hold(4)).body.id];
    await account.capture(one, 4, { key: 'unsaid' });
    await account.capture(two, 4, { key: 'all', final: false });
    for (const process of [scrip, other]) {
      const same = accountOf(process, account.id);
      const refused = [
        same.capture(one, 4, { key: 'unsaid', final: true }),
        same.capture(one, 3, { key: 'unsaid' }),
        same.capture(two, 4, { key: 'unsaid' }),
        same.capture(two, 4, { key: 'all' }),
        same.capture(two, 4, { key: 'all', final: true }),
        same.spend(4, 'all'),
        same.hold(4, undefined, 'all'),
      ];
      for (const answer of await Promise.all(refused)) expect(outcomeOf(answer)).toBe('idempotency-key-reused');
    }
    expect(await account.standing()).toMatchObject({ balance: 121, held: 0 });
  });
});
