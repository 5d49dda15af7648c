import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { type Rival, startRival } from '../support/database/rival.js';
import { type HttpAnswer, startTestScrip, type TestScrip } from '../support/service/scrip.js';
import { accountOf, openAccount, outcomeOf, type TestAccount } from '../support/shop/account.js';

const MAX_WAIT_MS = 5_000;
const MAX_WAIT_OF_OTHERS_MS = 1_000;

interface Timed {
  answer: HttpAnswer;
  tookMs: number;
}

async function timed(call: Promise<HttpAnswer>): Promise<Timed> {
  const startMs = performance.now();
  const answer = await call;
  return { answer, tookMs: performance.now() - startMs };
}

/** Another program holds the rows of accounts for as long as it likes, while there is much to do on them. */
describe('accounts that somebody else keeps locked', () => {
  let database: TestDatabase;
  let scrip: TestScrip;
  let other: TestAccount;
  let rival: Rival;

  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await startTestScrip({ DATABASE_URL: database.url });
    other = await openAccount(scrip);
    await other.grant(10_000);
  });
  afterAll(async () => {
    await scrip.close();
    await database.drop();
  });
  beforeEach(async () => {
    rival = await startRival(database.url);
  });
  afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

  /** Posts up to 1,000 spends of one credit in one request. */
  const batch = (accountIds: string[]) =>
    scrip.call('POST', '/v1/spends/batch', {
      items: accountIds.map((accountId) => ({ idempotencyKey: randomUUID(), accountId, amount: 1 })),
    });
  const problemsOf = ({ body }: HttpAnswer): string[] =>
    body.results.map((result: { problem?: { type: string } }) => result.problem?.type ?? 'accepted');
  /** Spends of another account, one after the other, for as long as `until` has not ended. */
  const others = async (until: Promise<unknown>) => {
    let isOver = false;
    void until.finally(() => {
      isOver = true;
    });
    const seen: Timed[] = [];
    while (!isOver) seen.push(await timed(other.spend(1)));
    return seen;
  };
  const slowest = (seen: Timed[]) => Math.max(...seen.map(({ tookMs }) => tookMs));

  it('2,000 spends of one delay no other account, and are told in time that it is busy', async () => {
    const busy = await openAccount(scrip);
    await busy.grant(5_000);
    await rival.lock(busy.id);
    const waiting = Promise.all(Array.from({ length: 2 }, () => timed(batch(Array(1_000).fill(busy.id)))));
    const seen = await others(waiting);
    await rival.end();

    expect(seen.map(({ answer }) => outcomeOf(answer))).toEqual(seen.map(() => 'accepted'));
    expect(slowest(seen)).toBeLessThan(MAX_WAIT_OF_OTHERS_MS);
    for (const { answer, tookMs } of await waiting) {
      expect(new Set(problemsOf(answer))).toEqual(new Set(['/problems/busy']));
      expect(tookMs).toBeLessThan(MAX_WAIT_MS);
    }
    expect((await busy.standing()).balance).toBe(5_000);
    expect(outcomeOf(await busy.spend(1))).toBe('accepted');
  }, 60_000);

  it('are many, and still no other account is delayed; those that are freed go on, each in its order', async () => {
    const ids = Array.from({ length: 600 }, (_, index) => `many-${index}-${randomUUID()}`);
    for (const id of ids) await scrip.call('PUT', `/v1/accounts/${id}`, {});
    await Promise.all(ids.map((id) => accountOf(scrip, id).grant(10)));
    await rival.lock(ids);
    const waiting = Promise.all(Array.from({ length: 3 }, () => timed(batch([...ids, ...ids].slice(0, 1_000)))));
    const halfway = new Promise((resolve) => setTimeout(resolve, 2_000));
    const seen = await others(halfway);
    await rival.end();

    expect(slowest(seen)).toBeLessThan(MAX_WAIT_OF_OTHERS_MS);
    for (const { answer, tookMs } of await waiting) {
      expect(new Set(problemsOf(answer))).toEqual(new Set(['accepted']));
      expect(tookMs).toBeLessThan(MAX_WAIT_MS);
      const seqs = new Map<string, number>();
      for (const { spend } of answer.body.results) {
        expect(spend.seq).toBeGreaterThan(seqs.get(spend.accountId) ?? 0);
        seqs.set(spend.accountId, spend.seq);
      }
    }
  }, 60_000);
});
