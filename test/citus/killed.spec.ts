import { createDistributedBooks } from '../support/database/citus.js';
import { eventually } from '../support/eventually.js';
import { checkBooksAt } from '../support/service/own-postgres.js';
import { startProcess } from '../support/service/process.js';
import { Crowd } from '../support/shop/crowd.js';

const ACCOUNTS = ['ada', 'bob', 'cleo', 'dora', 'emil', 'fred'];

it.each([
  ['through the coordinator', 'false'],
  ['straight to the nodes', 'true'],
])(
  'a process that posts %s and is killed with -9 has acknowledged nothing that is not there',
  async (_, toNodes) => {
    const database = await createDistributedBooks();
    const start = () => startProcess(database.url, { POST_TO_NODES: toNodes });
    let scrip = await start();
    const crowd = await Crowd.open(scrip, ACCOUNTS, 1_000_000);
    crowd.start(12);
    await eventually(
      async () => crowd.acknowledged.length,
      (count) => count > 300,
    );
    await scrip.end('SIGKILL');
    await crowd.untilCutOff();

    scrip = await start();
    expect(await crowd.missing()).toEqual([]);
    await crowd.settle();
    expect([crowd.unacknowledged, crowd.strange]).toEqual([[], []]);
    for (const id of ACCOUNTS) {
      const { body } = await crowd.get(`/v1/accounts/${id}/balance`);
      expect({ id, balance: body.balance }).toEqual({ id, balance: 1_000_000 - crowd.spentOn(id) });
    }
    expect((await checkBooksAt(database.url)).findings).toEqual([]);
    await scrip.end('SIGTERM');
    await database.drop();
  },
  120_000,
);
