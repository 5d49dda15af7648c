import { startRival } from '../support/database/rival.js';
import { aVoucher, disable, redeem } from '../support/make/vouchers.js';
import { startTestScrip, type TestScrip, useScrip } from '../support/service/scrip.js';
import { stopClock } from '../support/service/stopped-clock.js';
import { outcomeOf } from '../support/shop/account.js';
import { anAccount, balanceOf, givenCredits, spendOf } from '../support/shop/shop.js';

const scrip = useScrip({}, { atEnd: () => other.close() });
let other: TestScrip;
beforeAll(async () => {
  other = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
});
afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

const CLIENTS = 64;
const either = (index: number) => (index % 2 === 0 ? scrip : other);
const together = <T>(act: (index: number) => Promise<T>, count = CLIENTS) =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)));

/** How often each outcome came. */
function tally(outcomes: string[]): Record<string, number> {
  return Object.fromEntries(
    [...new Set(outcomes)].sort().map((name) => [name, outcomes.filter((o) => o === name).length]),
  );
}

it('of 64 accounts on two processes one gets the last redemption', async () => {
  const accounts = await together(() => anAccount(scrip));
  const { id, code } = await aVoucher(scrip, { maxRedemptions: 5 });
  for (const account of accounts.slice(0, 4)) await redeem(scrip, account, code);
  const answers = await together((index) => redeem(either(index), accounts[index] ?? '', code));
  const outcomes = tally(answers.slice(4).map(outcomeOf));
  expect(outcomes).toEqual({ accepted: 1, 'voucher-used-up': 59 });
  expect(tally(answers.slice(0, 4).map(outcomeOf))).toEqual({ 'voucher-already-redeemed': 4 });
  expect((await scrip.call('GET', `/v1/vouchers/${id}`)).body).toMatchObject({ redemptions: 5, status: 'used_up' });
  const sums = await Promise.all(accounts.map((account) => balanceOf(scrip, account)));
  expect(sums.reduce((sum, balance) => sum + balance)).toBe(25);
});

it('64 clients of one account get as much as one may, by whichever codes', async () => {
  const account = await anAccount(scrip);
  const { codes } = await aVoucher(scrip, { count: 8, perAccount: 3 });
  const answers = await together((index) => redeem(either(index), account, codes[index % 8] ?? ''));
  expect(tally(answers.map(outcomeOf))).toEqual({ accepted: 3, 'voucher-already-redeemed': 61 });
  expect(await balanceOf(scrip, account)).toBe(15);
});

it('64 requests with one key are one redemption, and all get its answer', async () => {
  const account = await anAccount(scrip);
  const { code } = await aVoucher(scrip, { perAccount: 100 });
  const answers = await together((index) => redeem(either(index), account, code, 'the-key'));
  expect(tally(answers.map(outcomeOf))).toEqual({ accepted: 1, replayed: 63 });
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(await balanceOf(scrip, account)).toBe(5);
});

it('of 64 wrong codes at once ten are looked at, and after them no right one, in any process', async () => {
  const clock = stopClock(scrip.clock);
  other.clock.now = () => clock.now();
  const [guesser, buyer] = [await anAccount(scrip), await anAccount(scrip)];
  const { code } = await aVoucher(scrip);
  const done = await redeem(scrip, guesser, (await aVoucher(scrip)).code, 'before');
  const answers = await together((index) => redeem(either(index), guesser, `GUESS-${index}`));
  expect(tally(answers.map(outcomeOf))).toEqual({ 'too-many-wrong-codes': 54, 'voucher-not-found': 10 });

  clock.advance(100);
  for (const process of [scrip, other]) {
    const late = await redeem(process, guesser, code);
    expect([late.status, late.headers.get('retry-after'), late.body.retryAfterSeconds]).toEqual([429, '3500', 3500]);
    // What was answered before is told again, and other accounts are not concerned.
    expect((await redeem(process, guesser, (await codeOf(done.body)) ?? '', 'before')).body).toEqual(done.body);
  }
  expect((await redeem(other, buyer, code)).status).toBe(201);
  clock.advance(3_500);
  expect((await redeem(other, guesser, code)).status).toBe(201);
  expect(await balanceOf(scrip, guesser)).toBe(10);
});

async function codeOf({ voucherId }: { voucherId: string }): Promise<string | undefined> {
  return (await scrip.call('GET', `/v1/vouchers/${voucherId}`)).body.code;
}

describe('a redemption that waits for its account', () => {
  it.each([
    ['is refused when the voucher is disabled meanwhile', 'disabled'],
    ['is refused when its time ends meanwhile', 'time'],
  ])('%s', async (_name, because) => {
    const clock = stopClock(scrip.clock);
    const account = await anAccount(scrip);
    const redeemableUntil = new Date(clock.now().getTime() + 3_600_000).toISOString();
    const { id, code } = await aVoucher(scrip, { redeemableUntil });
    const rival = await startRival(scrip.running.runtime.databaseUrl);
    await rival.lock(account);
    const redeeming = redeem(scrip, account, code);
    await rival.isWaitedFor();
    if (because === 'time') clock.advance(3_600);
    else expect((await disable(scrip, id)).status).toBe(200);
    await rival.end();
    expect((await redeeming).body).toMatchObject({ type: '/problems/voucher-expired', because });
    expect(await balanceOf(scrip, account)).toBe(0);
  });
});

it('a redemption that waits for its voucher is refused when the time of that ends meanwhile', async () => {
  const clock = stopClock(scrip.clock);
  const account = await anAccount(scrip);
  const redeemableUntil = new Date(clock.now().getTime() + 60_000).toISOString();
  const { code } = await aVoucher(scrip, { redeemableUntil });
  const rival = await startRival(scrip.running.runtime.databaseUrl);
  await rival.lockTables('vouchers');
  const redeeming = redeem(scrip, account, code);
  await rival.isWaitedFor();
  clock.advance(60);
  await rival.end();
  expect((await redeeming).body).toMatchObject({ type: '/problems/voucher-expired', because: 'time' });
});

it('disabling and redeeming at once: what was accepted came before, and nothing comes after', async () => {
  const accounts = await together(() => anAccount(scrip), 16);
  const { id, code } = await aVoucher(scrip);
  const [answers, disabled] = await Promise.all([
    together((index) => redeem(either(index), accounts[index] ?? '', code), 16),
    disable(other, id),
  ]);
  expect(disabled.status).toBe(200);
  const accepted = answers.filter(({ status }) => status === 201);
  expect(tally(answers.map(outcomeOf))['voucher-expired'] ?? 0).toBe(16 - accepted.length);
  expect((await scrip.call('GET', `/v1/vouchers/${id}`)).body.redemptions).toBe(accepted.length);
});

it('whoever spends at the same moment is new only as long as nothing was spent', async () => {
  const { code } = await aVoucher(scrip, { newAccountsOnly: true });
  const accounts = await together(async () => {
    const account = await anAccount(scrip);
    await givenCredits(scrip, account, 10);
    return account;
  }, 32);
  const redeemed = await together(async (index) => {
    const account = accounts[index] ?? '';
    const [redemption, spend] = await Promise.all([
      redeem(either(index), account, code),
      spendOf(either(index + 1), account, 1),
    ]);
    expect(spend.status).toBe(201);
    if (redemption.status !== 201) {
      expect(redemption.body).toMatchObject({ type: '/problems/voucher-not-for-this-account', because: 'spend' });
      return false;
    }
    const { data } = (await scrip.call('GET', `/v1/accounts/${account}/entries`)).body;
    // Newest first: the spend stands behind the voucher's grant.
    expect(data.map(({ kind }: { kind: string }) => kind)).toEqual(['spend', 'grant', 'grant']);
    return true;
  }, 32);
  expect(redeemed.length).toBe(32);
});
