import { Database } from '../../src/database/database.js';
import { credits } from '../../src/kernel/credits.js';
import { decideGrant } from '../../src/ledger/decisions/grant.js';
import { Ledger } from '../../src/ledger/ledger.js';
import { LedgerSweep } from '../../src/ledger/sweep.js';
import { useScrip } from '../support/service/scrip.js';
import { type StoppedClock, stopClock } from '../support/service/stopped-clock.js';
import { openAccount, type TestAccount } from '../support/shop/account.js';

const GRANTS = 3_000;
/** Of the whole process, the test's own half of the calls included; it was four seconds a look. */
const MAX_CPU_SECONDS_A_LOOK = 1.5;

/** A shop that gives every user a credit for each of the next 3,000 seconds, and lets each lapse a minute later. */
describe('3,000 grants of one account that have come due at once', () => {
  const scrip = useScrip();
  let clock: StoppedClock;
  let account: TestAccount;

  beforeAll(async () => {
    clock = stopClock(scrip.clock);
    account = await openAccount(scrip);
    const database = scrip.running.app.get(Database);
    const ledger = scrip.running.app.get(Ledger);
    await database.transaction(async (tx) => {
      const book = await ledger.open(tx, account.id);
      for (let second = 1; second <= GRANTS; second += 1) {
        const effectiveAt = new Date(clock.now().getTime() + second * 1_000);
        decideGrant(book, {
          amount: credits(1),
          category: 'promotional',
          source: { type: 'test', id: `${second}` },
          effectiveAt,
          expiresAt: new Date(effectiveAt.getTime() + 60_000),
        });
      }
      await ledger.write(tx, book);
    });
    clock.advance(GRANTS + 30);
  });

  it.each(['balance', 'balance?at=', 'grants', 'entries', 'statement'])(
    'take no time worth naming at a look at the %s',
    async (what) => {
      const query = what.endsWith('=') ? `${what}${clock.now().toISOString()}` : what;
      const before = process.cpuUsage();
      const answer = await scrip.call('GET', `/v1/accounts/${account.id}/${query}`);
      expect(answer.status).toBe(200);
      expect(process.cpuUsage(before).user / 1_000_000).toBeLessThan(MAX_CPU_SECONDS_A_LOOK);
    },
  );

  it('are written down by the next spend, each at its instant', async () => {
    expect(await account.standing()).toEqual({ balance: 30, held: 0, available: 30 });
    const before = process.cpuUsage();
    expect((await account.spend(30)).status).toBe(201);
    expect(process.cpuUsage(before).user / 1_000_000).toBeLessThan(2 * MAX_CPU_SECONDS_A_LOOK);
    expect(await account.standing()).toEqual({ balance: 0, held: 0, available: 0 });
    expect((await scrip.checkBooks()).findings).toEqual([]);
    expect(await scrip.running.app.get(LedgerSweep).run()).toBe(0);
  });
});
