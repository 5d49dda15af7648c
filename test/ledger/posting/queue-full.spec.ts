import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { spendCommand } from '../../../src/ledger/commands/spends.js';
import { QueueFull } from '../../../src/ledger/ledger.problems.js';
import { PostingQueues } from '../../../src/ledger/posting/posting-queues.js';
import { createTestDatabase } from '../../support/database/database.js';
import { startRival } from '../../support/database/rival.js';
import { startTestScrip } from '../../support/service/scrip.js';
import { openAccount } from '../../support/shop/account.js';

const MAX_WAITING = 10_000;

it('a queue that is full refuses with 503 and Retry-After, and loses nothing that it has taken', async () => {
  const database = await createTestDatabase();
  const scrip = await startTestScrip({ DATABASE_URL: database.url });
  const account = await openAccount(scrip);
  await account.grant(100_000);
  const queue = scrip.running.app.get(PostingQueues);
  const rival = await startRival(database.url);
  await rival.lock(account.id);

  const taken: Promise<unknown>[] = [];
  const fill = () => {
    for (let spends = 0; spends <= MAX_WAITING; spends += 1) {
      const spend = queue.post(spendCommand(randomUUID(), { accountId: account.id, amount: 1 }));
      taken.push(spend.catch((error: unknown) => expect(error).toBeInstanceOf(QueueFull)));
    }
  };
  fill();
  await rival.isWaitedFor();
  // Batches that were on their way by then have made room.
  fill();
  await pause(50);
  fill();
  const refused = await account.spend(1, 'one-too-many');
  expect([refused.status, refused.body.type, refused.headers.get('retry-after')]).toEqual([
    503,
    '/problems/queue-full',
    '1',
  ]);

  await rival.end();
  const accepted = (await Promise.all(taken)).filter((answer) => answer !== undefined).length;
  expect(accepted).toBeGreaterThan(MAX_WAITING);
  expect(await account.standing()).toMatchObject({ balance: 100_000 - accepted });
  expect((await account.spend(1, 'one-too-many')).status).toBe(201);
  expect((await scrip.checkBooks()).findings).toEqual([]);
  await scrip.close();
  await database.drop();
}, 30_000);
