import { startTestScrip, type TestScrip, useScrip } from '../../support/service/scrip.js';
import { openAccount, outcomeOf, type TestAccount } from '../../support/shop/account.js';
import { haveMeters, PER_UNIT, usageOf } from '../../support/shop/usage.js';
import { anEvent, resultsOf, sendEvent, sendEvents } from '../../support/shop/usage-events.js';

const scrip = useScrip();
let other: TestScrip;
let account: TestAccount;

const spendIn = (at: TestScrip, type: string, quantity: number) =>
  sendEvent(at, anEvent(account.id, { type, data: { quantity } }));

beforeAll(async () => {
  other = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
  await haveMeters(scrip, { owing: PER_UNIT }, { whenShort: 'debt', maxDebtCredits: 4 });
  await haveMeters(scrip, { owing9: PER_UNIT }, { whenShort: 'debt', maxDebtCredits: 9 });
  await haveMeters(scrip, { changing: PER_UNIT });
});
afterAll(() => other?.close());
beforeEach(async () => {
  account = await openAccount(scrip);
  await account.grant(10);
});

it('an event may take what a hold has put aside, and go into debt as far as its meter says', async () => {
  const { body: hold } = await account.hold(8);
  const steps = [
    outcomeOf(await spendIn(scrip, 'owing', 5)),
    await account.standing(),
    outcomeOf(await spendIn(scrip, 'owing', 2)),
    outcomeOf(await account.capture(hold.id, 8)),
    await account.standing(),
    outcomeOf(await spendIn(scrip, 'owing', 1)),
    outcomeOf(await spendIn(scrip, 'owing', 1)),
    outcomeOf(await account.grant(5)),
    await account.standing(),
  ];
  expect(steps).toEqual([
    ...['accepted', { balance: 5, held: 8, available: -3 }, 'insufficient-credits'],
    ...['accepted', { balance: -3, held: 0, available: -3 }, 'accepted', 'insufficient-credits'],
    ...['accepted', { balance: 1, held: 0, available: 1 }],
  ]);
  expect(await account.entries()).toEqual(['grant +10', 'spend -5', 'spend -8', 'spend -1', 'grant +5']);
});

it('a debt is repaid, and a reversal undoes it', async () => {
  const { body: spend } = await spendIn(scrip, 'owing', 13);
  expect(spend).toMatchObject({ balance: -3, available: -3, amount: 13, allocations: [{ amount: 10 }] });
  await usageOf(scrip, account.id).undo(spend.id);
  expect(await account.standing()).toEqual({ balance: 10, held: 0, available: 10 });
});

it('takes what holds keep standing past its time before anything is owed', async () => {
  await account.spend(10);
  await account.grant(6, { expiresAt: new Date(scrip.clock.now().getTime() + 3_600_000).toISOString() });
  await account.hold(4, 7_200);
  scrip.clock.advance(3_600_000);
  // Two have lapsed; four stand, since they are held.
  expect(await account.standing()).toEqual({ balance: 4, held: 4, available: 0 });
  expect(outcomeOf(await spendIn(scrip, 'owing', 4))).toBe('accepted');
  expect(await account.standing()).toEqual({ balance: 0, held: 4, available: -4 });
});

it('of several meters all must allow it, and the smallest measure counts', async () => {
  const using = (...lines: [string, number][]) =>
    sendEvent(scrip, anEvent(account.id, { data: { lines: lines.map(([meter, quantity]) => ({ meter, quantity })) } }));
  expect(outcomeOf(await using(['owing9', 8], ['owing', 7]))).toBe('insufficient-credits');
  expect(outcomeOf(await using(['owing9', 10], ['pages', 1]))).toBe('insufficient-credits');
  expect(outcomeOf(await using(['owing9', 7], ['owing', 7]))).toBe('accepted');
  expect((await account.standing()).available).toBe(-4);
  expect(outcomeOf(await using(['owing9', 5]))).toBe('accepted');
  expect(outcomeOf(await using(['owing9', 1]))).toBe('insufficient-credits');
});

it('is for events alone, and in a batch as well', async () => {
  expect(outcomeOf(await usageOf(scrip, account.id).use({ meter: 'owing', quantity: 11 }))).toBe(
    'insufficient-credits',
  );
  const events = [8, 6, 1].map((quantity) => anEvent(account.id, { type: 'owing', data: { quantity } }));
  expect(resultsOf(await sendEvents(scrip, events))).toEqual(['accepted 8', 'accepted 6', 'insufficient-credits']);
});

it('a change is gone by in every process when its call returns', async () => {
  const tried = async () => [
    outcomeOf(await spendIn(other, 'changing', 21)),
    outcomeOf(await spendIn(scrip, 'changing', 21)),
  ];
  expect(await tried()).toEqual(['insufficient-credits', 'insufficient-credits']);
  const put = (at: TestScrip, more: object) =>
    at.call('PUT', '/v1/meters/changing', { name: 'changing', unit: 'unit', ...more });
  await put(scrip, { whenShort: 'debt', maxDebtCredits: 20 });
  expect(await tried()).toEqual(['accepted', 'insufficient-credits']);
  // Asked for by another as well, it does not return earlier than the change is known.
  const changing = put(scrip, {});
  await put(other, {});
  expect(await tried()).toEqual(['insufficient-credits', 'insufficient-credits']);
  await changing;
});

it('the default meters refuse', async () => {
  expect(outcomeOf(await spendIn(scrip, 'pages', 11))).toBe('insufficient-credits');
});
