import { setTimeout as pause } from 'node:timers/promises';
import { Database } from '../../src/database/database.js';
import { encodeCursor } from '../../src/kernel/keyset-page.js';
import { RecordDomainEvent } from '../../src/outbox/record-domain-event.js';
import { eventually } from '../support/eventually.js';
import { freePort, startProcess } from '../support/service/process.js';
import { startTestScrip, type TestScrip, useScrip } from '../support/service/scrip.js';
import { askFeed, type FeedEvent } from '../support/shop/feed.js';
import { anAccount, givenCredits } from '../support/shop/shop.js';

const isSoak = process.env.SCRIP_SOAK === '1';
const CHANGES = isSoak ? 100_000 : 3_000;
const KILLS = isSoak ? 20 : 2;
const LIMIT_MS = isSoak ? 1_800_000 : 120_000;
const WRITERS = 8;
const ACCOUNTS = 12;

/** What was done to one account, told by the events themselves: the third change is `third of ada`. */
const nameOf = (accountId: string, change: number) => `${change} of ${accountId}`;

/** Writers that change accounts under their locks, and sometimes give up or take long before they commit. */
class Writers {
  /** How many changes of an account are committed. */
  readonly changes = new Map<string, number>();
  /** What may be seen from now on: its transaction has nothing left to do but to commit. */
  readonly mayBeSeen = new Set<string>();
  committed = 0;
  attempts = 0;

  constructor(
    private readonly scrip: TestScrip,
    private readonly accountIds: readonly string[],
  ) {
    for (const accountId of accountIds) this.changes.set(accountId, 0);
  }

  async write(count: number): Promise<void> {
    const until = this.committed + count;
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => this.writeUntil(until, writer)));
  }

  private async writeUntil(until: number, writer: number): Promise<void> {
    for (let turn = writer; this.committed < until; turn += 1) {
      const accountId = this.accountIds[(turn * 7 + writer) % this.accountIds.length] ?? '';
      await this.change(accountId, 1 + (turn % 3), turn).catch((error: unknown) => {
        if (!(error instanceof GivenUp)) throw error;
      });
    }
  }

  private async change(accountId: string, count: number, turn: number): Promise<void> {
    const { app } = this.scrip.running;
    this.attempts += 1;
    const attempt = this.attempts;
    await app.get(Database).transaction(async (tx) => {
      await tx.query('select from balances where account_id = $1 for no key update', [accountId]);
      const before = this.changes.get(accountId) ?? 0;
      const names = Array.from({ length: count }, (_, index) => nameOf(accountId, before + index + 1));
      await app.get(RecordDomainEvent, { strict: false }).runAll(
        tx,
        names.map((name) => ({
          type: turn % 5 === 0 ? ('trial.ending' as const) : ('booking.to_release' as const),
          accountId,
          data: dataOf(name, turn),
          cause: `${name} by ${attempt}`,
        })),
      );
      if (turn % 11 === 0) await pause(20);
      if (turn % 4 === 0) throw new GivenUp();
      for (const name of names) this.mayBeSeen.add(name);
      // Nobody else changes the account until this is committed.
      this.changes.set(accountId, before + count);
      this.committed += count;
    });
  }
}

class GivenUp extends Error {}

function dataOf(name: string, turn: number): object {
  return turn % 5 === 0
    ? { stripeSubscriptionId: name, plan: 'basic', trialEnd: '2026-12-01T00:00:00.000Z' }
    : { orderId: name, product: 'room' };
}

/** The name of what was done; undefined for an event that is not of the writers. */
const toldBy = ({ data }: FeedEvent): string | undefined => data.orderId ?? data.stripeSubscriptionId;
const isOfWriters = (event: FeedEvent) => toldBy(event) !== undefined;

/** Whoever reads the feed by its cursor, for as long as it goes on. */
class Reader {
  readonly events: FeedEvent[] = [];
  readonly tooEarly: string[] = [];
  private after: string | undefined;

  constructor(
    private readonly scrip: TestScrip,
    private readonly writers: Writers,
    private readonly query: Record<string, string> = {},
  ) {}

  async readUntil(isOver: (events: readonly FeedEvent[]) => boolean): Promise<void> {
    while (!isOver(this.events)) {
      const { status, body } = await askFeed(this.scrip, { limit: 100, ...this.query, after: this.after });
      if (status !== 200) throw new Error(JSON.stringify(body));
      const page: FeedEvent[] = body.data;
      const names = page.flatMap((event) => toldBy(event) ?? []);
      this.tooEarly.push(...names.filter((name) => !this.writers.mayBeSeen.has(name)));
      this.events.push(...page);
      this.after = body.nextCursor;
      if (page.length === 0) await pause(5);
    }
  }
}

describe('events of many writers', () => {
  const scrip = useScrip({ ROLE: 'api', DATABASE_POOL_SIZE: '30' });
  let accountIds: string[];
  beforeAll(async () => {
    accountIds = await Promise.all(Array.from({ length: ACCOUNTS }, () => anAccount(scrip)));
    for (const accountId of accountIds) await givenCredits(scrip, accountId, 1);
  });

  const lastNumber = async () => Number((await scrip.sql('select last_number from event_feed'))[0]?.last_number);

  it(
    'are in the feed once each, in order, and none of what was undone, whoever numbers them and is killed over it',
    async () => {
      const writers = new Writers(scrip, accountIds);
      const [busy = ''] = accountIds;
      const readers = {
        all: new Reader(scrip, writers),
        ofOne: new Reader(scrip, writers, { accountId: busy }),
        ofType: new Reader(scrip, writers, { types: 'trial.*' }),
      };
      let isWritten = false;
      const isRead = (events: readonly FeedEvent[]) =>
        isWritten && events.filter(isOfWriters).length === writers.committed;
      const reading = readers.all.readUntil(isRead);
      const readingOthers = [readers.ofOne, readers.ofType].map((reader) =>
        reader.readUntil(() => isWritten && isRead(readers.all.events)),
      );

      for (let kill = 0; kill < KILLS; kill += 1) {
        const before = await lastNumber();
        const worker = await startProcess(scrip.running.runtime.databaseUrl, {
          ROLE: 'worker',
          SANDBOX_PORT: `${await freePort()}`,
        });
        const writing = writers.write(CHANGES / 2 / KILLS);
        await eventually(lastNumber, (now) => now > before);
        await worker.end('SIGKILL');
        await writing;
      }
      const two = await Promise.all(
        [1, 2].map(() => startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl })),
      );
      await writers.write(CHANGES / 2);
      isWritten = true;
      await reading;
      await Promise.all(readingOthers);
      await Promise.all(two.map((one) => one.close()));

      const { events } = readers.all;
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
      for (const accountId of accountIds) {
        const changes = writers.changes.get(accountId) ?? 0;
        const told = events.filter((event) => event.accountId === accountId && isOfWriters(event)).map(toldBy);
        expect(told).toEqual(Array.from({ length: changes }, (_, index) => nameOf(accountId, index + 1)));
      }
      expect(Object.values(readers).flatMap(({ tooEarly }) => tooEarly)).toEqual([]);
      const ofOne = await allOf(scrip, { accountId: busy }, readers.ofOne);
      expect(ofOne).toEqual(events.filter(({ accountId }) => accountId === busy));
      const ofType = await allOf(scrip, { types: 'trial.*' }, readers.ofType);
      expect(ofType).toEqual(events.filter(({ type }) => type === 'trial.ending'));
    },
    LIMIT_MS,
  );
});

/** What a reader has read, with what came behind its last question. */
async function allOf(scrip: TestScrip, query: Record<string, string>, { events }: Reader): Promise<FeedEvent[]> {
  const read = [...events];
  for (;;) {
    const last = read.at(-1)?.sequence ?? 0;
    const after = encodeCursor(`${last}`);
    const { body } = await askFeed(scrip, { ...query, limit: 100, after });
    if (body.data.length === 0) return read;
    read.push(...body.data);
  }
}
