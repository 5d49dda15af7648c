import { setTimeout as pause } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { checkBooksAt } from '../support/service/own-postgres.js';
import { type ScripProcess, startProcess } from '../support/service/process.js';

const ROUNDS = process.env.SCRIP_SOAK === '1' ? 30 : 2;
const CLIENTS = 8;
/** More than any round comes to. */
const CODES = 5_000;
const LEAST_MS = 100;
const SPREAD_MS = 700;

interface Sent {
  readonly accountId: string;
  readonly key: string;
  readonly code: string;
  answer?: unknown;
}

/** Clients redeem one code after the other, each with a key, until they are cut off. */
describe('a service that redeems codes, killed with -9', () => {
  let database: TestDatabase;
  let scrip: ScripProcess;
  let codes: string[];
  const sent: Sent[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await startProcess(database.url);
    for (let client = 0; client < CLIENTS; client += 1) await scrip.api('PUT', `/v1/accounts/a${client}`, { body: {} });
    const body = { credits: 2, count: CODES, maxRedemptions: 1, perAccount: 1_000 };
    codes = (await scrip.api('POST', '/v1/vouchers', { body })).codes;
  });
  afterAll(async () => {
    await scrip.end('SIGTERM');
    await database.drop();
  });

  const send = ({ accountId, key, code }: Sent) =>
    scrip.api('POST', `/v1/accounts/${accountId}/voucher-redemptions`, { body: { code }, idempotencyKey: key });

  async function client(accountId: string): Promise<void> {
    for (;;) {
      const one: Sent = { accountId, key: `k${sent.length}`, code: codes[sent.length] ?? '' };
      sent.push(one);
      try {
        one.answer = await send(one);
      } catch {
        return;
      }
    }
  }

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
    'round %i: each code that was sent is redeemed once, and what was answered is told again',
    async () => {
      const clients = Array.from({ length: CLIENTS }, (_, index) => client(`a${index}`));
      await pause(LEAST_MS + Math.random() * SPREAD_MS);
      await scrip.end('SIGKILL');
      await Promise.all(clients);
      scrip = await startProcess(database.url);

      for (const one of sent) {
        const again = await send(one);
        if (one.answer !== undefined) expect(again).toEqual(one.answer);
        expect(again).toMatchObject({ accountId: one.accountId, credits: 2 });
        one.answer = again;
      }
      let sum = 0;
      for (let index = 0; index < CLIENTS; index += 1)
        sum += (await scrip.api('GET', `/v1/accounts/a${index}/balance`)).balance;
      expect(sum).toBe(2 * sent.length);
      expect((await checkBooksAt(database.url)).findings).toEqual([]);
    },
  );
});
