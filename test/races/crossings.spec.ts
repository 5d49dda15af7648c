import { Database } from '../../src/database/database.js';
import { credits } from '../../src/kernel/credits.js';
import { CrossedMarks } from '../../src/ledger/marks/crossed-marks.js';
import { setAlertMark, setTopUpMark } from '../../src/ledger/marks/set-marks.js';
import { markOn } from '../support/ledger/marks.js';
import { notedOf } from '../support/ledger/noted-events.js';
import { startTestScrip, type TestScrip, useScrip } from '../support/service/scrip.js';
import { accountOf, openAccount, type TestAccount } from '../support/shop/account.js';

const CLIENTS = 64;
const ROUNDS = 4;
const GIVEN = 3 * CLIENTS;
const HOURS_MS = 2 * 3_600_000;

describe('marks that many clients cross at once in two processes', () => {
  const scrip = useScrip();
  let other: TestScrip;
  beforeAll(async () => {
    other = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl });
  });
  afterAll(() => other.close());

  const crossed = async (accountId: string) => {
    const noted = await notedOf(scrip, accountId);
    return noted.filter(({ type }) => type.startsWith('balance.')).map(({ type, data }) => data.alert ?? type);
  };

  /** Each client spends three times, one after the other, half of them through either process. */
  async function spendAll(id: string, each: (account: TestAccount, client: number) => Promise<unknown>): Promise<void> {
    const sides = [accountOf(scrip, id), accountOf(other, id)] as const;
    await Promise.all(
      Array.from({ length: CLIENTS }, async (_, client) => {
        for (let spend = 0; spend < 3; spend += 1) await each(client % 2 === 0 ? sides[0] : sides[1], client);
      }),
    );
  }

  it('are told once for each crossing', async () => {
    const { id } = await openAccount(scrip);
    await markOn(scrip, id, (book) => {
      setAlertMark(book, { key: 'half', below: credits(GIVEN / 2) });
      setTopUpMark(book, credits(GIVEN / 4));
    });
    const marks = scrip.running.app.get(CrossedMarks);
    for (let round = 0; round < ROUNDS; round += 1) {
      await accountOf(scrip, id).grant(GIVEN);
      await spendAll(id, async (account) => expect((await account.spend(1)).status).toBe(201));
      expect((await marks.next(100)).map(({ accountId }) => accountId)).toEqual([id]);
      expect(await takenOf(id)).toEqual([true, false]);
      for (const { clock } of [scrip, other]) clock.advance(HOURS_MS);
    }
    const ofRound = ['half', 'balance.depleted', 'balance.recovered'];
    expect(await crossed(id)).toEqual(
      Array.from({ length: ROUNDS }, () => ofRound)
        .flat()
        .slice(0, -1),
    );
  });

  it.each(['one-row', 'three-rows'])(
    'are known at once to a process that remembers the account, by %s',
    async (form) => {
      const { databaseUrl } = scrip.running.runtime;
      const remembering = await startTestScrip({ DATABASE_URL: databaseUrl, ENTRY_FORM: form, ROLE: 'api' });
      const { id } = await openAccount(scrip);
      const there = accountOf(remembering, id);
      await there.grant(100);
      // Until its connection for what is decided from memory is open.
      for (let spend = 0; spend < 20; spend += 1) await there.spend(1);
      await markOn(scrip, id, (book) => setAlertMark(book, { key: 'low', below: credits(80) }));
      await there.spend(1);
      for (let spend = 0; spend < 20; spend += 1) await there.spend(1);
      await markOn(scrip, id, (book) => setAlertMark(book, { key: 'lower', below: credits(59) }));
      await there.spend(1);
      expect(await crossed(id)).toEqual(['low', 'lower']);
      await remembering.close();
    },
  );

  it('are told as often as what is available falls below, whichever way it goes up and down', async () => {
    const { id } = await openAccount(scrip);
    await accountOf(scrip, id).grant(CLIENTS);
    await spendAll(id, async (account, client) => {
      if (client % 4 === 3) await account.grant(2);
      else await account.spend(1);
    });
    // No hold was placed: what was available is what entries say, one after the other.
    const rows = await scrip.sql<{ amount: string; balance_after: string }>(
      'select amount, balance_after from entries where account_id = $1 order by seq',
      [id],
    );
    const expected = rows.slice(1).flatMap(({ amount, balance_after }) => {
      const [before, after] = [Number(balance_after) - Number(amount), Number(balance_after)];
      if (before > 0 && after <= 0) return ['balance.depleted'];
      return before <= 0 && after > 0 ? ['balance.recovered'] : [];
    });
    expect(await crossed(id)).toEqual(expected);
  });

  async function takenOf(id: string): Promise<boolean[]> {
    const { dataSource } = scrip.running.app.get(Database);
    const marks = scrip.running.app.get(CrossedMarks);
    return [await marks.take(dataSource.manager, id), await marks.take(dataSource.manager, id)];
  }
});
