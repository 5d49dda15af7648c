import { once } from 'node:events';
import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { eventually } from '../support/eventually.js';
import { childrenOf } from '../support/service/children.js';
import { checkBooksAt } from '../support/service/own-postgres.js';
import { isAlive, type ScripProcess, startProcess } from '../support/service/process.js';
import { Crowd } from '../support/shop/crowd.js';

const ROUNDS = process.env.SCRIP_SOAK === '1' ? 10 : 1;
const PROCESSES = 2;
const CLIENTS = 12;
const CREDITS = 10_000_000;
/** Callers are told within five seconds, and the tests run next to each other. */
const TOLD_WITHIN_MS = 7_000;
const KILLS = ROUNDS === 1 ? 4 : 10;

/** Asks over a connection of its own, and returns after how many milliseconds it was answered, or cut off. */
async function connectAnew(url: string): Promise<number> {
  const since = performance.now();
  const asked = get(`${url}/health/live`, { agent: false, timeout: TOLD_WITHIN_MS });
  asked.once('timeout', () => asked.destroy());
  await once(asked, 'response').then(
    ([answer]) => once(answer.resume(), 'close'),
    // Refused for as long as nobody listens, or cut off.
    () => pause(20),
  );
  return performance.now() - since;
}

describe('a service whose HTTP is answered by processes of their own, under load', () => {
  let database: TestDatabase;
  let scrip: ScripProcess;
  let crowd: Crowd;

  const start = () => startProcess(database.url, { HTTP_PROCESSES: `${PROCESSES}`, ROLE: 'api' });
  const httpProcesses = () => childrenOf(scrip.pid, 'http-process.js');

  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await start();
    crowd = await Crowd.open(scrip, ['ada', 'bob', 'cleo'], CREDITS);
  });
  afterAll(async () => {
    if (isAlive(scrip.pid)) await scrip.end('SIGTERM');
    await database.drop();
  });

  async function untilReplaced(): Promise<void> {
    await eventually(
      async () => httpProcesses().length,
      (count) => count === PROCESSES,
    );
  }

  async function expectNothingLostAndNothingTwice(): Promise<void> {
    expect(await crowd.missing()).toEqual([]);
    await crowd.settle();
    expect({ unacknowledged: crowd.unacknowledged, strange: crowd.strange }).toEqual({
      unacknowledged: [],
      strange: [],
    });
    for (const accountId of crowd.accountIds) {
      const { balance } = await scrip.api('GET', `/v1/accounts/${accountId}/balance`);
      expect(balance).toBe(CREDITS - crowd.spentOn(accountId));
    }
    expect(await checkBooksAt(database.url)).toMatchObject({ entries: 3 + crowd.entriesMade, findings: [] });
  }

  const rounds = Array.from({ length: ROUNDS }, (_, round) => round + 1);

  it.each(rounds)('round %i: one that answers HTTP is killed with -9, and another takes its place', async () => {
    await crowd.runForAMoment(CLIENTS);
    const [victim = 0] = httpProcesses();
    process.kill(victim, 'SIGKILL');
    await crowd.stop();

    await untilReplaced();
    expect(httpProcesses()).not.toContain(victim);
    expect(scrip.exitCode()).toBeNull();
    await expectNothingLostAndNothingTwice();
  });

  it.each(rounds)('round %i: the one that posts is killed with -9, and leaves nobody behind', async () => {
    await crowd.runForAMoment(CLIENTS);
    const left = httpProcesses();
    expect(left).toHaveLength(PROCESSES);
    await scrip.end('SIGKILL');
    await crowd.untilCutOff();
    await eventually(
      async () => left.filter(isAlive),
      (alive) => alive.length === 0,
    );

    scrip = await start();
    await expectNothingLostAndNothingTwice();
  });

  it('tells callers in five seconds that the one that posts stands still, and keys what became of it', async () => {
    await crowd.runForAMoment(CLIENTS);
    process.kill(scrip.pid, 'SIGSTOP');
    const since = performance.now();
    await crowd.untilCutOff();
    expect(performance.now() - since).toBeLessThan(TOLD_WITHIN_MS);
    expect(crowd.unacknowledged.length).toBeGreaterThan(0);
    process.kill(scrip.pid, 'SIGCONT');
    await expectNothingLostAndNothingTwice();
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'answers what is in flight when it gets a %s, loses nothing, and leaves nobody behind',
    async (signal) => {
      await untilReplaced();
      await crowd.runForAMoment(CLIENTS);
      const all = httpProcesses();
      // A terminal sends it to all of them.
      if (signal === 'SIGINT') for (const pid of all) process.kill(pid, signal);
      expect(await scrip.end(signal)).toBe(0);
      expect(all.filter(isAlive)).toEqual([]);
      await crowd.untilCutOff();
      scrip = await start();

      expect(await crowd.missing()).toEqual([]);
      const { resent, hadBeenApplied } = await crowd.settle();
      // What was applied was also answered: nobody had to find out by asking again.
      expect({ hadBeenApplied, isBounded: resent <= CLIENTS }).toEqual({ hadBeenApplied: 0, isBounded: true });
      await expectNothingLostAndNothingTwice();
    },
  );

  it('leaves no new connection waiting for one that has just been killed', async () => {
    await untilReplaced();
    let isOver = false;
    const waited: number[] = [];
    const connecting = Array.from({ length: CLIENTS }, async () => {
      while (!isOver) waited.push(await connectAnew(scrip.url));
    });
    for (let kills = 0; kills < KILLS; kills += 1) {
      await untilReplaced();
      await pause(500);
      process.kill(httpProcesses()[0] ?? 0, 'SIGKILL');
    }
    await pause(500);
    isOver = true;
    await Promise.all(connecting);
    expect(Math.max(...waited)).toBeLessThan(TOLD_WITHIN_MS);
  });
});
