import { randomUUID } from 'node:crypto';
import { spendCommand } from '../../src/ledger/commands.js';
import { PostingQueue } from '../../src/ledger/posting-queue.js';
import { openAccount } from '../support/account.js';
import { createTestDatabase } from '../support/database.js';
import { startRival } from '../support/rival.js';
import { startTestScrip } from '../support/scrip.js';

const MAX_WAITING = 10_000;
const MAX_BATCH = 512;

it('a queue that is full refuses with 503 and Retry-After, and loses nothing that it has taken', async () => {
  const database = await createTestDatabase();
  const scrip = await startTestScrip({ DATABASE_URL: database.url });
  const account = await openAccount(scrip);
  await account.grant(100_000);
  const queue = scrip.running.app.get(PostingQueue);
  const rival = await startRival(database.url);
  await rival.lock(account.id);

  const spend = () => queue.post(spendCommand(randomUUID(), { accountId: account.id, amount: 1 }));
  const taken = Array.from({ length: MAX_BATCH }, spend);
  await rival.isWaitedFor();
  taken.push(...Array.from({ length: MAX_WAITING }, spend));
  const refused = await account.spend(1, 'one-too-many');
  expect([refused.status, refused.body.type, refused.headers.get('retry-after')]).toEqual([
    503,
    '/problems/queue-full',
    '1',
  ]);

  await rival.end();
  await Promise.all(taken);
  expect(await account.standing()).toMatchObject({ balance: 100_000 - taken.length });
  expect((await account.spend(1, 'one-too-many')).status).toBe(201);
  expect((await scrip.checkBooks()).findings).toEqual([]);
  await scrip.close();
  await database.drop();
}, 30_000);
