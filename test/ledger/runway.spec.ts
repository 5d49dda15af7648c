import { useScrip } from '../support/service/scrip.js';
import { type StoppedClock, stopClock } from '../support/service/stopped-clock.js';
import { openAccount, type TestAccount } from '../support/shop/account.js';

const DAY = 86_400;

describe('the runway of an account', () => {
  const scrip = useScrip();
  let clock: StoppedClock;
  let ada: TestAccount;
  beforeAll(() => {
    clock = stopClock(scrip.clock);
  });
  beforeEach(async () => {
    ada = await openAccount(scrip);
  });

  const inDays = (days: number) => new Date(clock.now().getTime() + days * DAY * 1000).toISOString();
  const balance = (query: string) => scrip.call('GET', `/v1/accounts/${ada.id}/balance${query}`);
  const runway = async () => (await balance('?runway=true')).body.runway;

  it('goes on as in the last seven days, whatever came before and whatever else happened', async () => {
    await ada.grant(500);
    await ada.spend(90);
    clock.advance(20 * DAY);
    await ada.grant(10, { expiresAt: inDays(1) });
    const { id } = (await ada.spend(30)).body;
    clock.advance(2 * DAY);
    await ada.adjust(-10);
    await ada.reverse(id, 16);
    await ada.grant(100);

    expect(await runway()).toEqual({
      perDay7: 2,
      perDay30: 4.73,
      endsAt: inDays((await ada.standing()).available / 2),
      because: 'spent',
    });
  });

  it('goes on as in the last thirty days where nothing was spent in seven', async () => {
    await ada.grant(130);
    await ada.spend(30);
    clock.advance(10 * DAY);
    expect(await runway()).toMatchObject({ perDay7: 0, perDay30: 3, because: 'spent' });
    clock.advance(30 * DAY);
    expect(await runway()).toEqual({ perDay7: 0, perDay30: 0, endsAt: null, because: null });
  });

  it('counts the days of a young account, one at least', async () => {
    await ada.grant(100);
    expect(await runway()).toEqual({ perDay7: 0, perDay30: 0, endsAt: null, because: null });
    await ada.spend(20);
    expect(await runway()).toEqual({ perDay7: 20, perDay30: 20, endsAt: inDays(4), because: 'spent' });
    clock.advance(2 * DAY);
    expect(await runway()).toEqual({ perDay7: 10, perDay30: 10, endsAt: inDays(8), because: 'spent' });
  });

  it('ends where the last credits lapse, written down or not', async () => {
    await ada.grant(4, { expiresAt: inDays(1) });
    await ada.grant(40, { expiresAt: inDays(5) });
    expect(await runway()).toMatchObject({ endsAt: inDays(5), because: 'lapsed' });
    await ada.spend(1);
    clock.advance(2 * DAY);
    expect(await runway()).toMatchObject({ perDay7: 0.5, endsAt: inDays(3), because: 'lapsed' });
  });

  it('leaves out what is held, and what is given later as long as it is not there', async () => {
    await ada.grant(30);
    await ada.spend(10);
    await ada.hold(10, 5 * DAY);
    expect(await runway()).toMatchObject({ endsAt: inDays(1), because: 'spent' });
    await ada.grant(10, { effectiveAt: inDays(0.5) });
    expect(await runway()).toMatchObject({ endsAt: inDays(2), because: 'spent' });
  });

  it('counts all grants of an account that has many', async () => {
    for (let n = 0; n < 40; n += 1) await ada.grant(1);
    await ada.spend(2);
    expect(await runway()).toMatchObject({ perDay7: 2, endsAt: inDays(19), because: 'spent' });
  });

  it('ends nowhere in debt, and where more came back than was spent', async () => {
    await ada.grant(10);
    const { id } = (await ada.spend(10)).body;
    expect(await runway()).toEqual({ perDay7: 10, perDay30: 10, endsAt: null, because: null });
    await ada.adjust(-5);
    expect(await runway()).toEqual({ perDay7: 10, perDay30: 10, endsAt: null, because: null });
    clock.advance(31 * DAY);
    await ada.reverse(id);
    expect(await runway()).toEqual({ perDay7: 0, perDay30: 0, endsAt: null, because: null });
  });

  it('is told where it is asked for, of this moment alone', async () => {
    await ada.grant(1);
    expect((await balance('')).body).not.toHaveProperty('runway');
    expect((await balance('?runway=false')).body).not.toHaveProperty('runway');
    for (const query of ['?runway=', '?runway=yes', '?runway=true&runway=true', `?runway=true&at=${inDays(-1)}`])
      expect((await balance(query)).body).toMatchObject({ status: 400, type: '/problems/validation-failed' });
    expect((await scrip.call('GET', '/v1/accounts/nobody/balance?runway=true')).status).toBe(404);
  });
});
