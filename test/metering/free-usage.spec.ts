import { decideInclude } from '../../src/ledger/decisions/include.js';
import { NO_QUANTITY, quantityOf } from '../../src/rating/pricing/quantity.js';
import { startTestScrip, type TestScrip, useScrip } from '../support/service/scrip.js';
import { openAccount, outcomeOf, type TestAccount } from '../support/shop/account.js';
import { changeIncluded, includedOf } from '../support/shop/included.js';
import { haveMeters, PER_UNIT, usageOf } from '../support/shop/usage.js';
import { anEvent, resultsOf, sendEvent, sendEvents } from '../support/shop/usage-events.js';

const HOUR_MS = 3_600_000;

const scrip = useScrip();
/** One more process over the same books, which remembers nothing of what the first has done. */
let other: TestScrip;
let account: TestAccount;

beforeAll(async () => {
  const free = { prices: [{ match: {}, credits: 0 }] };
  const carried = { prices: [{ match: {}, credits: 1, per: 100 }], rounding: 'carry' };
  await haveMeters(scrip, { leaves: PER_UNIT, free, calls: carried });
  await haveMeters(scrip, { owing: PER_UNIT, lent: free }, { whenShort: 'debt', maxDebtCredits: 2 });
  other = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
});
afterAll(() => other?.close());

/** It owes more than any meter allows, has five leaves included, and carries most of a credit's worth of calls. */
beforeEach(async () => {
  account = await openAccount(scrip);
  await account.grant(10);
  await usageOf(scrip, account.id).use({ meter: 'calls', quantity: 1 });
  await sendEvent(scrip, anEvent(account.id, { type: 'owing', data: { quantity: 11 } }));
  await account.adjust(-20);
  const nowMs = scrip.clock.now().getTime();
  const source = { type: 'test', id: 'a plan' };
  await changeIncluded(scrip, { accountId: account.id, source }, (book) =>
    decideInclude(book, {
      ...{ meter: 'leaves', match: {}, quantity: quantityOf(5) ?? NO_QUANTITY, source, sourcePart: 'a' },
      ...{ effectiveAt: new Date(nowMs - HOUR_MS), expiresAt: new Date(nowMs + HOUR_MS) },
    }),
  );
  expect(await account.standing()).toEqual({ balance: -22, held: 0, available: -22 });
});
afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

/** Each costs nothing: by its card, since it is included, by a fraction that was paid for, or since it is none. */
const FREE = [
  { meter: 'free', quantity: 3 },
  { meter: 'leaves', quantity: 2 },
  { meter: 'calls', quantity: 7 },
  { meter: 'leaves', quantity: 0 },
];
const SHORT = { meter: 'leaves', quantity: 6 };

/** Who remembers the account, and who has to read it first. */
const both: [string, () => TestScrip][] = [
  ['a process that remembers the account', () => scrip],
  ['a process that has never seen it', () => other],
];

describe.each(both)('an account in debt, asked for by %s', (_, at) => {
  const usage = () => usageOf(at(), account.id);

  it('spends what costs nothing, and nothing else', async () => {
    for (const line of FREE) expect(await usage().use(line)).toMatchObject({ status: 201, body: { amount: 0 } });
    expect(await usage().use([...FREE, { ...SHORT, quantity: 4 }])).toMatchObject({
      ...{ status: 402, body: { type: '/problems/insufficient-credits' } },
      body: { availableCredits: -22, requestedCredits: 3 },
    });
    expect(await includedOf(scrip, account.id)).toEqual(['3 of 5']);
    expect(await account.standing()).toEqual({ balance: -22, held: 0, available: -22 });
    expect(outcomeOf(await account.spend(1))).toBe('insufficient-credits');
  });

  it('spends it in a batch', async () => {
    const items = [...FREE, SHORT].map((line, place) => ({
      ...{ idempotencyKey: `${account.id}-${place}`, accountId: account.id },
      ...line,
    }));
    const { body } = await at().call('POST', '/v1/spends/batch', { items });
    expect(body.results.map(({ status }: { status: string }) => status)).toEqual([
      ...['accepted', 'accepted', 'accepted', 'accepted', 'rejected'],
    ]);
  });

  it('is told by a quote that it can pay it', async () => {
    const quote = async (...lines: object[]) =>
      (await at().call('POST', '/v1/quotes', { accountId: account.id, lines })).body;
    expect(await quote(...FREE)).toMatchObject({ amount: 0, affordable: true, available: -22 });
    expect(await quote(SHORT)).toMatchObject({ amount: 1, affordable: false, available: -22 });
  });

  it('holds it, and captures it, also beyond the hold', async () => {
    const held = await usage().hold([FREE[1] ?? SHORT]);
    expect(held).toMatchObject({ status: 201, body: { amount: 0 } });
    expect(outcomeOf(await usage().hold(SHORT))).toBe('insufficient-credits');
    const capture = (quantity: number) =>
      usage().capture(held.body.id, { quantity, final: false, overage: 'available' });
    expect(await capture(3)).toMatchObject({ status: 201, body: { amount: 0 } });
    expect(await capture(3)).toMatchObject({ status: 402, body: { availableCredits: -22, requestedCredits: 1 } });
    expect(await capture(2)).toMatchObject({ status: 201, body: { amount: 0 } });
    expect(await includedOf(scrip, account.id)).toEqual(['0 of 5']);
  });

  it('has it told by events, beyond what their meters let it owe', async () => {
    const event = (type: string, quantity: number) => anEvent(account.id, { type, data: { quantity } });
    const events = [event('free', 1), event('leaves', 4), event('lent', 2), event('owing', 0), event('leaves', 2)];
    expect(resultsOf(await sendEvents(at(), [...events, event('owing', 1)]))).toEqual([
      ...['accepted 0', 'accepted 0', 'accepted 0', 'accepted 0', 'insufficient-credits', 'insufficient-credits'],
    ]);
    expect((await sendEvent(at(), event('leaves', 1))).body).toMatchObject({ amount: 0, balance: -22 });
  });

  it('is corrected to it, and from it', async () => {
    const { body: spend } = await usage().use({ meter: 'leaves', quantity: 2 });
    const { body: dear } = await usage().correct(spend.id, SHORT);
    expect(dear).toMatchObject({ amount: 1, balance: -23 });
    expect((await usage().correct(dear.id, { meter: 'free', quantity: 2 })).body).toMatchObject({
      ...{ amount: 0, balance: -22 },
    });
    expect(await includedOf(scrip, account.id)).toEqual(['5 of 5']);
  });
});
