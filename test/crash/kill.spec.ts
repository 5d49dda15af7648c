import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pretendShards } from '../support/database/shards.js';
import { eventually } from '../support/eventually.js';
import { checkBooksAt, postgresIn } from '../support/service/own-postgres.js';
import { isAlive, type ScripProcess, startProcess } from '../support/service/process.js';
import { Crowd } from '../support/shop/crowd.js';

const ROUNDS = process.env.SCRIP_SOAK === '1' ? 20 : 2;
const CLIENTS = 12;
const CREDITS = 10_000_000;

type Victim = 'the service' | 'Postgres';
const VICTIMS: Victim[] = Array.from({ length: ROUNDS }, (_, round) => (round % 2 === 0 ? 'the service' : 'Postgres'));

/**
 * A service with a Postgres of its own, as it starts with nothing set, under clients that never pause; and with books
 * that are on shards, with more lanes than connections for batches.
 */
describe.each(['one Postgres', 'shards'])('a service under load, its books on %s', (books) => {
  let dataDir: string;
  let scrip: ScripProcess;
  let crowd: Crowd;
  const figures = { kills: 0, resent: 0, hadBeenApplied: 0 };

  const start = () =>
    startProcess(undefined, {
      SCRIP_DATA_DIR: dataDir,
      EMBEDDED_POSTGRES_PORT: '0',
      ...(books === 'shards' && { DATABASE_POOL_SIZE: '4' }),
    });

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'scrip-crash-'));
    // As root the server runs as another user, who must be able to enter.
    await chmod(dataDir, 0o755);
    scrip = await start();
    if (books === 'shards') {
      const { url } = await postgresIn(dataDir);
      await scrip.end('SIGKILL');
      await pretendShards(url, 7);
      scrip = await start();
    }
    crowd = await Crowd.open(scrip, ['ada', 'bob', 'cleo'], CREDITS);
  });
  afterAll(async () => {
    if (isAlive(scrip.pid)) await scrip.end('SIGTERM');
    await rm(dataDir, { recursive: true, force: true });
    process.stdout.write(
      `crashes: ${figures.kills} kills, ${crowd.acknowledged.length} acknowledged writes all there, ` +
        `${figures.resent} unacknowledged sent again, of which ${figures.hadBeenApplied} had been applied\n`,
    );
  });

  async function kill(victim: Victim): Promise<void> {
    figures.kills += 1;
    if (victim === 'Postgres') {
      process.kill((await postgresIn(dataDir)).pid, 'SIGKILL');
      await eventually(
        async () => isAlive(scrip.pid),
        (alive) => !alive,
      );
    } else await scrip.end('SIGKILL');
    await crowd.untilCutOff();
    // The log of the process that is gone names the cause.
    if (crowd.strange.length > 0) throw new Error(`${JSON.stringify(crowd.strange)}\n${scrip.output()}`);
  }

  async function expectNothingLostAndNothingTwice(): Promise<void> {
    expect(await crowd.missing()).toEqual([]);
    const settled = await crowd.settle();
    figures.resent += settled.resent;
    figures.hadBeenApplied += settled.hadBeenApplied;
    expect({ unacknowledged: crowd.unacknowledged, strange: crowd.strange }).toEqual({
      unacknowledged: [],
      strange: [],
    });

    for (const id of crowd.accountIds) {
      const { body } = await crowd.get(`/v1/accounts/${id}/balance`);
      expect({ id, balance: body.balance }).toEqual({ id, balance: CREDITS - crowd.spentOn(id) });
    }
    const report = await checkBooksAt((await postgresIn(dataDir)).url);
    expect(report).toMatchObject({ accounts: 3, entries: 3 + crowd.entriesMade, findings: [], findingCount: 0 });
  }

  it.each(VICTIMS.map((victim, round) => [round + 1, victim] as const))(
    'round %i: %s is killed with -9, and nothing acknowledged is lost, nothing counts twice',
    async (_round, victim) => {
      await crowd.runForAMoment(CLIENTS);
      await kill(victim);
      scrip = await start();
      await expectNothingLostAndNothingTwice();
    },
  );

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'answers what is in flight when it gets a %s, and loses nothing',
    async (signal) => {
      await crowd.runForAMoment(CLIENTS);
      expect(await scrip.end(signal)).toBe(0);
      await crowd.untilCutOff();
      scrip = await start();

      expect(await crowd.missing()).toEqual([]);
      const { resent, hadBeenApplied } = await crowd.settle();
      // What was applied was also answered: nobody had to find out by asking again.
      expect({ hadBeenApplied, isBounded: resent <= CLIENTS }).toEqual({ hadBeenApplied: 0, isBounded: true });
      await expectNothingLostAndNothingTwice();
    },
  );
});
