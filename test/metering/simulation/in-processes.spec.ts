import { createTestDatabase } from '../../support/database/database.js';
import { childrenOf } from '../../support/service/children.js';
import { checkBooksAt } from '../../support/service/own-postgres.js';
import { startProcess } from '../../support/service/process.js';
import { simulate } from '../../support/shop/simulate.js';

it('processes that answer HTTP each simulate by themselves, what was posted by another', async () => {
  const database = await createTestDatabase();
  const scrip = await startProcess(database.url, { HTTP_PROCESSES: '2', ROLE: 'api' });
  const from = new Date(Date.now() - 60_000);
  await scrip.api('PUT', '/v1/accounts/ada', { body: {} });
  const grant = { amount: 1_000, category: 'paid', reason: 'a test' };
  await scrip.api('POST', '/v1/accounts/ada/grants', { body: grant, idempotencyKey: 'g' });
  for (const quantity of [3, 4, 5]) {
    const body = { accountId: 'ada', meter: 'pages', quantity };
    await scrip.api('POST', '/v1/spends', { body, idempotencyKey: `pages-${quantity}` });
  }
  const draft = { prices: [{ match: {}, credits: 3, per: 2 }] };
  const tried = () => simulate(scrip, 'pages', { draft, from, to: new Date() });
  const answers = await Promise.all(Array.from({ length: 12 }, tried));
  const done = answers.filter(({ status }) => status === 200);
  // Those that met another one in the same process are told so.
  expect(new Set(answers.filter(({ status }) => status !== 200).map(({ problem }) => problem.type))).toEqual(
    new Set(answers.length > done.length ? ['/problems/simulation-running'] : []),
  );
  expect(done.length).toBeGreaterThan(0);
  for (const { accounts, total } of [...done, await tried()]) {
    expect(accounts).toEqual([`ada: 12 -> ${5 + 6 + 8}`]);
    expect(total).toMatchObject({ line: 'total', accounts: 1, quantity: '12', inexactAccounts: 0 });
  }
  expect(childrenOf(scrip.pid, 'http-process.js')).toHaveLength(2);
  expect((await checkBooksAt(database.url)).findings).toEqual([]);
  await scrip.end('SIGTERM');
  await database.drop();
});
