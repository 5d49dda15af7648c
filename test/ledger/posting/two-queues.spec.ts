import { randomUUID } from 'node:crypto';
import { WHOLE } from '../../../src/ledger/book/extent.js';
import { spendCommand } from '../../../src/ledger/commands/spends.js';
import { CommonMarks } from '../../../src/ledger/marks/common-marks.js';
import type { StoredAnswer } from '../../../src/ledger/posting/decide-commands.js';
import { Lanes } from '../../../src/ledger/posting/lanes.js';
import { PostingQueue } from '../../../src/ledger/posting/posting-queue.js';
import { useScrip } from '../../support/service/scrip.js';
import { openAccount } from '../../support/shop/account.js';

describe('two queues of one process', () => {
  const scrip = useScrip();
  const newQueue = () => {
    const lane = scrip.running.app.get(Lanes).lane(0);
    return new PostingQueue(lane, scrip.clock, WHOLE, { entryForm: 'one-row' }, new CommonMarks());
  };

  it('share nothing but the database: what both post on one account is done once each', async () => {
    const account = await openAccount(scrip);
    await account.grant(100);
    const queues = [newQueue(), newQueue()];
    const spend = () => spendCommand(randomUUID(), { accountId: account.id, amount: 1 });
    const answers = await Promise.all(
      Array.from(
        { length: 80 },
        (_, index) =>
          new Promise<StoredAnswer>((accepted, refused) =>
            queues[index % 2]?.post(spend(), performance.now(), { accepted, refused }),
          ),
      ),
    );
    const seqs = answers.map(({ body }) => JSON.parse(body).seq);
    expect(seqs.sort((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, index) => index + 2));
    expect(await account.standing()).toMatchObject({ balance: 20 });
    await Promise.all(queues.map((queue) => queue.drained()));
  });

  it('each wait at their end for what was posted to them, and at once where nothing was', async () => {
    const account = await openAccount(scrip);
    await account.grant(100);
    const queue = newQueue();
    await queue.drained();
    let answered = 0;
    const caller = {
      accepted: () => {
        answered += 1;
      },
      refused: () => undefined,
    };
    for (let spends = 0; spends < 50; spends += 1)
      queue.post(spendCommand(randomUUID(), { accountId: account.id, amount: 1 }), performance.now(), caller);
    await queue.drained();
    expect(answered).toBe(50);
  });
});
