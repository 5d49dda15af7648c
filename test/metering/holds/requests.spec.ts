import { randomUUID } from 'node:crypto';
import { postText } from '../../support/service/post-text.js';
import { startTestScrip, type TestScrip, useScrip } from '../../support/service/scrip.js';
import { type StoppedClock, stopClock } from '../../support/service/stopped-clock.js';
import { openAccount, outcomeOf, type TestAccount } from '../../support/shop/account.js';
import { CARRIED, haveMeters, MONTHLY, type UsageOf, usageOf } from '../../support/shop/usage.js';

const scrip = useScrip();
/** One more process over the same books, which remembers nothing of what the first has done. */
let other: TestScrip;
/** The same, in the form of the version before. */
let upgrading: TestScrip;
let clock: StoppedClock;
let account: TestAccount;
let usage: UsageOf;

beforeAll(async () => {
  await haveMeters(scrip, { minutes: MONTHLY, calls: CARRIED });
  const shared = { DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' };
  other = await startTestScrip(shared);
  upgrading = await startTestScrip({ ...shared, ENTRY_FORM: 'three-rows' });
  clock = stopClock(scrip.clock);
  for (const process of [other, upgrading]) process.clock.now = () => clock.now();
});
afterAll(async () => {
  await other?.close();
  await upgrading?.close();
});
beforeEach(async () => {
  account = await openAccount(scrip);
  await account.grant(100);
  usage = usageOf(scrip, account.id);
});
afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

const minutes = (quantity: number) => ({ meter: 'minutes', quantity });

describe('a hold', () => {
  it.each<[pointer: string, body: object]>([
    ['/amount', {}],
    ['/amount', { expiresInSeconds: 60 }],
    ['/meter', { quantity: 1 }],
    ['/quantity', { meter: 'minutes' }],
    ['/quantity', { meter: 'minutes', quantity: '1e3' }],
    ['/meter', { amount: 1, meter: 'minutes' }],
    ['/lines', { amount: 1, lines: [minutes(1)] }],
    ['/lines', { lines: [] }],
    ['/lines/0/price', { lines: [{ ...minutes(1), price: 0 }] }],
    ['/expiresInSeconds', { ...minutes(1), expiresInSeconds: 0 }],
    ['/overage', { ...minutes(1), overage: 'available' }],
  ])('with a wrong %s is refused', async (pointer, body) => {
    const asked = { accountId: account.id, ...body };
    const refused = await scrip.call('POST', '/v1/holds', asked, { idempotencyKey: randomUUID() });
    expect(refused).toMatchObject({ status: 400, body: { type: '/problems/validation-failed' } });
    expect(refused.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  it('that cannot be priced or paid leaves no trace, and its key free', async () => {
    const refused = [
      await usage.hold({ meter: 'steps', quantity: 1 }, { key: 'k' }),
      await usage.hold({ meter: 'tokens', quantity: 1, dimensions: { model: 'unheard-of' } }, { key: 'k' }),
      await usage.hold({ meter: 'pages', quantity: '999999999999' }, { key: 'k' }),
      await usage.hold([minutes(6), { meter: 'pages', quantity: 90 }], { key: 'k' }),
      await usageOf(scrip, 'nobody').hold(minutes(1), { key: 'k' }),
      await usageOf(upgrading, account.id).hold(minutes(1), { key: 'k' }),
    ];
    expect(refused.map(outcomeOf)).toEqual([
      ...['meter-not-found', 'usage-not-priced', 'price-out-of-range', 'insufficient-credits', 'account-not-found'],
      'lines-not-kept',
    ]);
    expect(refused[3]?.body).toMatchObject({ availableCredits: 100, requestedCredits: 108 });
    expect(await usage.counters()).toEqual([]);
    expect(outcomeOf(await usage.hold(minutes(6), { key: 'k' }))).toBe('accepted');
  });
});

describe('a capture', () => {
  it.each<[pointer: string, body: object]>([
    ['/amount', {}],
    ['/amount', { final: true }],
    ['/amount', { amount: 0 }],
    ['/lines', { amount: 1, lines: [minutes(1)] }],
    ['/quantity', { amount: 1, quantity: 1 }],
    ['/quantity', { lines: [minutes(1)], quantity: 1 }],
    ['/quantity', { quantity: -1 }],
    ['/lines', { lines: [] }],
    ['/lines/0/meter', { lines: [{ quantity: 1 }] }],
    ['/meter', { meter: 'minutes', quantity: 1 }],
    ['/dimensions', { quantity: 1, dimensions: {} }],
    ['/overage', { amount: 1, overage: 'all' }],
    ['/overage', { amount: 1, overage: true }],
    ['/overage', { amount: 1, overage: null }],
    ['/final', { quantity: 1, final: 'yes' }],
  ])('with a wrong %s is refused', async (pointer, body) => {
    const { body: hold } = await usage.hold(minutes(6));
    const refused = await usage.capture(hold.id, body);
    expect(refused).toMatchObject({ status: 400, body: { type: '/problems/validation-failed' } });
    expect(refused.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  it('of a quantity is for a hold of one line', async () => {
    const { body: two } = await usage.hold([minutes(1), minutes(2)]);
    const { body: none } = await account.hold(5);
    for (const { id } of [two, none]) {
      const refused = await usage.capture(id, { quantity: 1 });
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/quantity' }] } });
    }
  });

  it('of what is not there, or has no price, is refused', async () => {
    const { body: hold } = await usage.hold(minutes(6));
    const lines = [{ meter: 'steps', quantity: 1 }];
    const unpriced = [{ meter: 'tokens', quantity: 1, dimensions: { model: 'unheard-of' } }];
    const refused = [
      await usage.capture(hold.id, { lines }, 'k'),
      await usage.capture(hold.id, { lines: unpriced }, 'k'),
      await usage.capture(`${hold.id.slice(0, -1)}!`, { lines: [minutes(1)] }, 'k'),
      await usageOf(scrip, 'nobody').capture(hold.id, { quantity: 1 }, 'k'),
      await usageOf(upgrading, account.id).capture(hold.id, { quantity: 1 }, 'k'),
    ];
    expect(refused.map(outcomeOf)).toEqual([
      ...['meter-not-found', 'usage-not-priced', 'hold-not-found', 'account-not-found', 'lines-not-kept'],
    ]);
    expect((await account.holdNow(hold.id)).body).toEqual(hold);
  });

  it('beyond its hold is refused, or takes what is available, or says how much that is', async () => {
    const { body: first } = await account.hold(10);
    const { body: hold } = await usage.hold(minutes(10));
    expect(await usage.capture(hold.id, { quantity: 15 }, 'k')).toMatchObject({
      status: 409,
      body: { type: '/problems/capture-exceeds-hold', heldCredits: 30, requestedCredits: 35 },
    });
    expect(outcomeOf(await usage.capture(hold.id, { quantity: 15, overage: 'refuse' }, 'k'))).toBe(
      'capture-exceeds-hold',
    );
    expect(await usage.capture(hold.id, { quantity: 71, overage: 'available' }, 'k')).toMatchObject({
      status: 402,
      body: { type: '/problems/insufficient-credits', availableCredits: 60, requestedCredits: 61 },
    });
    expect(await usage.counters()).toEqual(['minutes {}: 10']);
    const taken = await usage.capture(hold.id, { quantity: 15, overage: 'available' }, 'k');
    expect(taken.body).toMatchObject({ amount: 35, available: 55, hold: { amount: 30, captured: 35 } });
    // What another hold holds is not available.
    expect(outcomeOf(await usage.capture(first.id, { amount: 66, overage: 'available' }))).toBe('insufficient-credits');
    const all = await usage.capture(first.id, { amount: 65, overage: 'available', final: false });
    expect(all.body).toMatchObject({ amount: 65, balance: 0, hold: { captured: 65, status: 'captured' } });
    expect(await usage.counters()).toEqual(['minutes {}: 15']);
  });

  it.each([1, 90])('beyond its hold takes no credits that stand on for another, at priority %i', async (priority) => {
    await account.spend(100);
    await account.grant(10, { expiresAt: new Date(clock.now().getTime() + 60_000).toISOString(), priority });
    const { body: own } = await account.hold(4, 3_600);
    const { body: others } = await account.hold(6, 3_600);
    await account.grant(5);
    clock.advance(61);
    expect(await account.standing()).toEqual({ balance: 15, held: 10, available: 5 });
    expect(outcomeOf(await usage.capture(own.id, { amount: 10, overage: 'available' }))).toBe('insufficient-credits');
    expect(outcomeOf(await usage.capture(own.id, { amount: 9, overage: 'available' }))).toBe('accepted');
    expect(await account.standing()).toEqual({ balance: 6, held: 6, available: 0 });
    await account.release(others.id);
    expect(await account.standing()).toEqual({ balance: 0, held: 0, available: 0 });
  });

  it('of an amount of a hold by lines spends credits alone, and its end gives back what it had reserved', async () => {
    const { body: hold } = await usage.hold(minutes(6));
    const part = await usage.capture(hold.id, { amount: 18, final: false });
    expect(part.body).toMatchObject({ amount: 18, hold: { captured: 18, status: 'active' } });
    expect((await usage.receipt(part.body.id)).body).not.toHaveProperty('lines');
    expect(await usage.counters()).toEqual(['minutes {}: 6']);
    expect(outcomeOf(await usage.capture(hold.id, { amount: 1 }))).toBe('capture-exceeds-hold');
    await usageOf(upgrading, account.id).capture(hold.id, { amount: 1, overage: 'available' });
    expect(await usage.counters()).toEqual(['minutes {}: 0']);
  });

  it('is undone as any other spend: in full, by lines and by an amount', async () => {
    const lines = [minutes(6), minutes(6)];
    const { body: hold } = await usage.hold(lines);
    const { body: spend } = await usage.capture(hold.id, { lines });
    expect(spend.lines.map(({ credits }: { credits: number }) => credits)).toEqual([18, 14]);
    expect((await usage.undo(spend.id, { lines: [1] })).body.amount).toBe(14);
    expect((await usage.undo(spend.id, { amount: 3 })).body.amount).toBe(3);
    expect((await usage.undo(spend.id)).body.amount).toBe(15);
    expect(await usage.counters()).toEqual(['minutes {}: 0']);
    expect((await account.standing()).balance).toBe(100);
  });
});

describe('sent again', () => {
  const holds = '/v1/holds';
  const sent = (to: TestScrip, path: string, body: object, key: string) => postText(to, path, body, key);

  async function expectSame(path: string, body: object, between: () => Promise<unknown>): Promise<void> {
    const key = randomUUID();
    const first = await sent(scrip, path, body, key);
    expect([first.status, first.again]).toEqual([201, false]);
    await between();
    for (const process of [scrip, other, upgrading])
      expect(await sent(process, path, body, key)).toEqual({ ...first, again: true });
  }

  it.each<[name: string, body: object]>([
    ['one line', minutes(12)],
    ['seconds', { ...minutes(12), expiresInSeconds: 60 }],
    [
      'fractions',
      { lines: [...'ab'].map((kind) => ({ meter: 'calls', quantity: 0.1, dimensions: { kind, a: 'ä"' } })) },
    ],
    ['nothing', minutes(0)],
  ])('a hold is answered the same to the byte: %s', async (_name, body) => {
    await expectSame(holds, { accountId: account.id, ...body }, async () => {
      await usage.use(minutes(1));
      const { data } = (await scrip.call('GET', `/v1/holds?accountId=${account.id}`)).body;
      await account.release(data[0].id);
    });
  });

  it.each<[name: string, body: object]>(
    ['lines', 'quantity', 'amount'].flatMap((what) =>
      [undefined, true, false].flatMap((final) =>
        [undefined, 'refuse', 'available'].map((overage): [string, object] => [
          `${what}, final ${final}, overage ${overage}`,
          {
            [what]: what === 'lines' ? [minutes(4)] : 4,
            ...(final !== undefined && { final }),
            ...(overage !== undefined && { overage }),
          },
        ]),
      ),
    ),
  )('a capture is answered the same to the byte: %s', async (_name, body) => {
    const { body: hold } = await usage.hold(minutes(6));
    await expectSame(`/v1/accounts/${account.id}/holds/${hold.id}/captures`, body, () => usage.use(minutes(1)));
  });

  it('is the same request in whatever form the same usage is written, and refused with another', async () => {
    const body = { accountId: account.id, meter: 'pages', quantity: 2, dimensions: { b: '1', a: '2' } };
    const first = await sent(scrip, holds, body, 'k');
    const { id } = JSON.parse(first.text);
    const line = { meter: 'pages', quantity: '2.0', dimensions: { a: '2', b: '1' } };
    expect(await sent(other, holds, { accountId: account.id, lines: [line] }, 'k')).toEqual({ ...first, again: true });
    expect(outcomeOf(await account.hold(2, undefined, 'k'))).toBe('idempotency-key-reused');
    const taken = await usage.capture(id, { quantity: '1.0' }, 'c');
    expect((await usage.capture(id, { quantity: 1 }, 'c')).body).toEqual(taken.body);
    for (const what of [{ quantity: 2 }, { amount: 1 }, { lines: [line] }, { quantity: 1, overage: 'refuse' as const }])
      expect(outcomeOf(await usage.capture(id, what, 'c'))).toBe('idempotency-key-reused');
  });
});
