import { ask, type CitusDatabase, createDistributedBooks } from '../support/database/citus.js';
import { startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { openAccount } from '../support/shop/account.js';
import { Crowd } from '../support/shop/crowd.js';

const ACCOUNTS = ['ada', 'bob', 'cleo', 'dora', 'emil', 'fred', 'gina', 'hugo'];
const CREDITS = 1_000_000;

interface Placement {
  shard: string;
  host: string;
  port: number;
}

/** Clients that never pause, on a service that posts through the coordinator, and on one that posts to the nodes. */
describe.each([
  ['through the coordinator', 'false'],
  ['straight to the nodes', 'true'],
])('books on the shards of a cluster that are posted %s', (_, toNodes) => {
  let database: CitusDatabase;
  let scrip: TestScrip;
  let crowd: Crowd;
  beforeAll(async () => {
    database = await createDistributedBooks();
    scrip = await startTestScrip({ DATABASE_URL: database.url, POST_TO_NODES: toNodes });
    for (const id of ACCOUNTS) await (await openAccount(scrip, id)).grant(CREDITS);
    crowd = new Crowd(scrip.url, ACCOUNTS);
  }, 60_000);
  afterAll(async () => {
    await scrip?.close();
    await database?.drop();
  });

  const placements = async () =>
    (await ask(
      database.url,
      `select shardid as shard, nodename as host, nodeport as port
       from pg_dist_shard join pg_dist_placement using (shardid) join pg_dist_node using (groupid)
       where logicalrelid = 'balances'::regclass order by shardid`,
    )) as unknown as Placement[];

  it('are reached as they should be', async () => {
    const nodes = new Set((await placements()).map(({ host, port }) => `${host}:${port}`));
    const direct: unknown[] = [];
    for (const host of nodes) {
      const url = Object.assign(new URL(database.url), { host }).href;
      direct.push(
        ...(await ask(
          url,
          `select from pg_stat_activity where application_name = 'scrip' and datname = current_database()`,
        )),
      );
    }
    expect(direct.length > 0).toBe(toNodes === 'true');
  });

  it('lose nothing and count nothing twice while a shard is moved to another node', async () => {
    const [shard] = await placements();
    const [target] = (await placements()).filter(({ port, host }) => port !== shard?.port || host !== shard?.host);
    crowd.start(16);
    const before = crowd.acknowledged.length;
    await ask(
      database.url,
      `select citus_move_shard_placement(${shard?.shard}, '${shard?.host}', ${shard?.port}, '${target?.host}',
         ${target?.port}, 'force_logical')`,
    );
    const during = crowd.acknowledged.length;
    await crowd.stop();
    expect(during - before).toBeGreaterThan(50);
    expect((await placements()).find((one) => one.shard === shard?.shard)).toEqual({ ...target, shard: shard?.shard });
    expect([crowd.unacknowledged, crowd.strange, await crowd.missing()]).toEqual([[], [], []]);
    for (const id of ACCOUNTS) {
      const { body } = await crowd.get(`/v1/accounts/${id}/balance`);
      expect({ id, balance: body.balance }).toEqual({ id, balance: CREDITS - crowd.spentOn(id) });
    }
  }, 120_000);

  it('are proven clean, and damage is found', async () => {
    expect((await scrip.checkBooks()).findings).toEqual([]);
    await ask(database.url, `update balances set balance = balance + 1 where account_id = 'ada'`);
    await ask(database.url, `update grants set remaining = remaining - 1 where account_id = 'bob'`);
    const { findings } = await scrip.checkBooks();
    expect(new Set(findings.map(({ accountId, rule }) => `${accountId} ${rule}`))).toEqual(
      new Set([
        'ada balance-is-sum-of-entries',
        'ada balance-is-remaining-less-debt',
        'bob balance-is-remaining-less-debt',
        'bob grant-is-accounted-for',
      ]),
    );
  });
});
