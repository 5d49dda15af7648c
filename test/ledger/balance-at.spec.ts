import { useScrip } from '../support/service/scrip.js';
import { type StoppedClock, stopClock } from '../support/service/stopped-clock.js';
import { openAccount, type Standing, type TestAccount } from '../support/shop/account.js';

const DAY = 86_400;

/** What was answered at an instant is what is answered later about that instant. */
describe('the balance of a past instant', () => {
  const scrip = useScrip();
  let clock: StoppedClock;
  let account: TestAccount;
  beforeAll(async () => {
    clock = stopClock(scrip.clock);
  });
  beforeEach(async () => {
    account = await openAccount(scrip);
  });

  const inDays = (days: number) => new Date(clock.now().getTime() + days * DAY * 1000).toISOString();

  it('knows the credits that a hold kept standing', async () => {
    await account.grant(10, { expiresAt: inDays(1) });
    const hold = (await account.hold(4, 5 * DAY)).body.id;
    clock.advance(2 * DAY);
    const dayTwo = clock.now();
    const then = await account.standing();
    expect(then).toEqual({ balance: 4, held: 4, available: 0 });

    clock.advance(DAY);
    await account.release(hold);
    expect(await account.standing()).toEqual({ balance: 0, held: 0, available: 0 });

    expect(await account.standing(dayTwo)).toEqual(then);
  });

  it('does not count credits as lapsed that were spent then and came back later', async () => {
    await account.grant(10, { expiresAt: inDays(1) });
    const spend = (await account.spend(4)).body.id;
    clock.advance(2 * DAY);
    await account.adjust(1);
    const dayTwo = clock.now();
    const then = await account.standing();
    expect(then).toEqual({ balance: 1, held: 0, available: 1 });

    clock.advance(DAY);
    await account.reverse(spend);
    expect(await account.standing()).toEqual({ balance: 1, held: 0, available: 1 });

    expect(await account.standing(dayTwo)).toEqual(then);
  });

  it('is the same before and after a hold that ended by itself is written down', async () => {
    await account.grant(10, { expiresAt: inDays(1) });
    await account.hold(4, 3 * DAY);
    const seen: [Date, Standing][] = [];
    for (let day = 0; day < 5; day += 1) {
      seen.push([clock.now(), await account.standing()]);
      clock.advance(DAY);
    }
    expect(seen.map(([, { balance }]) => balance)).toEqual([10, 4, 4, 0, 0]);
    for (const [at, then] of seen) expect(await account.standing(at)).toEqual(then);
    await account.grant(1);
    for (const [at, then] of seen) expect(await account.standing(at)).toEqual(then);
  });
});
