import { MeterUsage, type MeterUsagePage } from '../../../src/ledger/history/meter-usage.js';
import { useScrip } from '../../support/service/scrip.js';
import { openAccount, type TestAccount } from '../../support/shop/account.js';
import { simulate } from '../../support/shop/simulate.js';
import { haveMeters, MONTHLY, usageOf } from '../../support/shop/usage.js';

const scrip = useScrip();
let account: TestAccount;
beforeAll(() => haveMeters(scrip, { minutes: MONTHLY }));
beforeEach(async () => {
  account = await openAccount(scrip);
  await account.grant(10_000);
});

const minutes = { meter: 'minutes', quantity: 1 };
/** More of them than one statement looks at. */
async function useOften(): Promise<string[]> {
  const ids: string[] = [];
  for (let batch = 0; batch < 3; batch += 1) {
    const items = Array.from({ length: 100 }, (_, at) => ({
      ...{ idempotencyKey: `${account.id}-${batch}-${at}`, accountId: account.id },
      ...(at % 10 === 0 ? { amount: 1 } : minutes),
    }));
    const { body } = await scrip.call('POST', '/v1/spends/batch', { items });
    ids.push(...body.results.map(({ spend }: { spend: { id: string } }) => spend.id));
  }
  return ids;
}
const pages = () =>
  scrip.running.app.get(MeterUsage, { strict: false }).pages('minutes', new Date(0), new AbortController().signal);
const ofAccount = (page: MeterUsagePage | undefined) =>
  page?.entries.filter(({ accountId }) => accountId === account.id) ?? [];

it('an account of more entries than one read is one account, whose early usage may be undone late', async () => {
  const from = scrip.clock.now();
  const ids = await useOften();
  const usage = usageOf(scrip, account.id);
  await usage.undo(ids[1] ?? '');
  await usage.undo(ids[299] ?? '');
  scrip.clock.advance(2);
  const { lines, total } = await simulate(scrip, 'minutes', { draft: MONTHLY, from, to: scrip.clock.now() });
  const spent = 270 + 2 * 10;
  expect(lines[1]).toMatchObject({ accountId: account.id, lines: 268, beforeCredits: spent - 3 - 1 });
  expect(total).toMatchObject({ accounts: 1, beforeCredits: spent - 4, afterCredits: spent - 4 });
});

it('an account is seen as it stood when it was met, however long its reading takes', async () => {
  const ids = await useOften();
  const reading = pages();
  let page = (await reading.next()).value as MeterUsagePage;
  while (ofAccount(page).length === 0) page = (await reading.next()).value as MeterUsagePage;
  const seen = [...ofAccount(page)];
  const usage = usageOf(scrip, account.id);
  await usage.undo(ids[1] ?? '');
  await usage.use(minutes);
  for await (const next of reading) seen.push(...ofAccount(next));
  expect(seen.map(({ kind }) => kind)).toEqual(Array(270).fill('spend'));
  expect(seen.map(({ seq }) => Number(seq))).toEqual([...seen].map(({ seq }) => Number(seq)).sort((a, b) => a - b));
  // Read once more, it is seen with both.
  const again = [];
  for await (const next of pages()) again.push(...ofAccount(next));
  expect(again.map(({ kind }) => kind).slice(270)).toEqual(['reversal', 'spend']);
  expect(again[0]).toMatchObject({ kind: 'spend', isReversed: true });
});
