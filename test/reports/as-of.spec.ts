import { setTimeout as pause } from 'node:timers/promises';
import { FollowAccounts } from '../../src/reports/following/follow-accounts.js';
import { useScrip } from '../support/service/scrip.js';
import { openAccount } from '../support/shop/account.js';

/** Longer than any report follows what is new before it is answered. */
const TOO_LONG_MS = 2_100;

const scrip = useScrip({ ROLE: 'api' });

it('a report says up to when all is counted, where there was no time to follow what is new', async () => {
  const account = await openAccount(scrip);
  await account.grant(100);
  const spend = (await account.spend(7)).body;
  const get = async (path: string, headers = {}) => (await scrip.call('GET', path, undefined, { headers })).body;
  const ofOne = `/v1/accounts/${account.id}/usage`;
  const all = ['/v1/usage', '/v1/usage/top-accounts'];
  for (const path of [ofOne, ...all]) expect(await get(path)).not.toHaveProperty('asOf');
  const { recordedAt } = (await get(`/v1/accounts/${account.id}/entries?limit=1`)).data[0];
  expect(spend.amount).toBe(7);
  await account.spend(5);

  const end = followSlowly();
  try {
    const report = await get(ofOne);
    expect(report).toMatchObject({ asOf: recordedAt, data: [{ credits: 7 }] });
    const [names, row] = (await get(ofOne, { accept: 'text/csv' })).split('\r\n');
    expect([names?.split(',').at(-1), row?.split(',').at(-1)]).toEqual(['asOf', recordedAt]);
    for (const path of all) {
      const { asOf, data } = await get(path);
      // By then it was followed for certain; what is younger may be counted as well.
      expect(Date.parse(asOf)).toBeLessThanOrEqual(Date.parse(recordedAt));
      expect(data.map(({ credits }: { credits: number }) => credits)).toEqual([7]);
    }
  } finally {
    end();
  }
  expect(await get(ofOne)).toEqual({ data: [expect.objectContaining({ credits: 12 })] });
  for (const path of all) expect(await get(path)).toEqual({ data: [expect.objectContaining({ credits: 12 })] });
});

/** Until it is ended, every step of following takes all the time that there is, and has come no further. */
function followSlowly(): () => void {
  const accounts = scrip.running.app.get(FollowAccounts, { strict: false });
  const { step } = accounts;
  accounts.step = async (accountIds) => {
    await pause(TOO_LONG_MS);
    return { entries: 0, behind: accountIds, skipped: [], failed: [] };
  };
  return () => Object.assign(accounts, { step });
}
