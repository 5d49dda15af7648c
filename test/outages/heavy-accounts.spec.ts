import { randomUUID } from 'node:crypto';
import { Database } from '../../src/database/database.js';
import { AnnounceExpiring } from '../../src/ledger/announce-expiring.js';
import { FirstReach } from '../../src/ledger/book/extent.js';
import { spendCommand } from '../../src/ledger/commands/spends.js';
import { decideCommands } from '../../src/ledger/posting/decide-commands.js';
import { LedgerSweep } from '../../src/ledger/sweep.js';
import { useScrip } from '../support/service/scrip.js';
import { type StoppedClock, stopClock } from '../support/service/stopped-clock.js';
import { openAccount, outcomeOf, type TestAccount } from '../support/shop/account.js';

const MANY = 10_000;
/** Rows of grants that reading a book may touch, however many its account has. */
const MAX_ROWS = 40;
/** How many rows of grants this connection has touched. */
const ROWS_TOUCHED = `
  select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as rows
  from pg_stat_xact_user_tables where relname = 'grants'`;

/** Pending grants of one credit each, that become effective and end so many seconds from now, one after the other. */
interface Grants {
  readonly count: number;
  readonly startsIn: number;
  readonly endsIn: number | null;
}

describe('an account that has much of something', () => {
  const scrip = useScrip();
  const sweep = () => scrip.running.app.get(LedgerSweep).run();
  let clock: StoppedClock;
  let other: TestAccount;
  beforeAll(async () => {
    clock = stopClock(scrip.clock);
    other = await openAccount(scrip);
    await other.grant(100_000);
  });
  afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

  /** An account with grants that no call could give at once. */
  async function accountWith({ count, startsIn, endsIn }: Grants): Promise<TestAccount> {
    const account = await openAccount(scrip);
    await scrip.sql(
      `insert into grants (account_id, id, ordinal, amount, remaining, category, status, effective_at, expires_at,
         source_type, source_id, created_at)
       select $1, 'grt_' || lpad(n::text, 26, '0'), n, 1, 0, 'promotional', 'pending',
         $3::timestamptz + make_interval(secs => $4),
         case when $5::float is not null then $3::timestamptz + make_interval(secs => $5) + n * interval '1 ms' end,
         'test', n::text, $3
       from generate_series(1, $2::int) n`,
      [account.id, count, clock.now(), startsIn, endsIn],
    );
    await scrip.sql('update balances set grants_made = $2 where account_id = $1', [account.id, count]);
    return account;
  }

  /** How many spends of another account are answered, one after the other, before the call is. */
  async function answeredDuring(call: Promise<unknown>): Promise<number> {
    let isOver = false;
    void call.finally(() => {
      isOver = true;
    });
    let answered = 0;
    while (!isOver) {
      expect(outcomeOf(await other.spend(1))).toBe('accepted');
      if (!isOver) answered += 1;
    }
    return answered;
  }

  const stillDue = async ({ id }: TestAccount) => {
    const [row] = await scrip.sql(
      `select count(*)::int as count from grants
       where account_id = $1 and (status = 'pending' and effective_at <= $2 or status = 'active' and expires_at <= $2)`,
      [id, clock.now()],
    );
    return Number(row?.count);
  };

  describe('10,000 live grants', () => {
    let account: TestAccount;
    beforeAll(async () => {
      account = await accountWith({ count: MANY, startsIn: 0, endsIn: 1_000 });
      await sweep();
    });

    it('is read a few grants at a time, in the order of burn-down, by indexes', async () => {
      const read = `read_books('none', array['${account.id}'], now(), '{}', '{}', '{}', '{}', 32, 128)`;
      const [{ plan } = { plan: '' }] = await scrip.sql<{ plan: string }>(`select (${read} -> 'grants')::text as plan`);
      expect(JSON.parse(plan).map((grant: { ordinal: number }) => grant.ordinal)).toEqual(
        Array.from({ length: 32 }, (_, index) => index + 1),
      );
      const touched = await scrip.running.app.get(Database).transaction(async (tx) => {
        const rows = async () => Number((await tx.query(ROWS_TOUCHED))[0].rows);
        await tx.query(`select ${read}`);
        const before = await rows();
        await tx.query(`select ${read}`);
        return (await rows()) - before;
      });
      expect(touched).toBeGreaterThan(31);
      expect(touched).toBeLessThanOrEqual(MAX_ROWS);
    });

    it('is spent from in order, by spends that need more grants than are read at once', async () => {
      const spends = await Promise.all([account.spend(3), account.spend(500), account.spend(40)]);
      expect(spends.map(outcomeOf)).toEqual(['accepted', 'accepted', 'accepted']);
      const taken = spends
        .sort((a, b) => a.body.seq - b.body.seq)
        .flatMap(({ body }) => body.allocations.map(({ grantId }: { grantId: string }) => Number(grantId.slice(4))));
      expect(taken).toEqual(Array.from({ length: 543 }, (_, index) => index + 1));
      expect(await account.standing()).toEqual({ balance: MANY - 543, held: 0, available: MANY - 543 });
    });

    it('is shown as a whole, though no more of it is read than of any other account', async () => {
      const { body } = await scrip.call('GET', `/v1/accounts/${account.id}/balance`);
      const instants = body.expiring.map(({ expiresAt }: { expiresAt: string }) => expiresAt);
      expect(instants).toEqual([...new Set(instants)].sort());
      expect(body.expiring.map(({ amount }: { amount: number }) => amount)).toEqual(Array(MANY - 543).fill(1));
      const { body: page } = await scrip.call('GET', `/v1/accounts/${account.id}/grants?limit=2`);
      expect(page.data.map(({ status }: { status: string }) => status)).toEqual(['active', 'active']);
    });

    it('is told which of them end soon, once each', async () => {
      const announce = () => scrip.running.app.get(AnnounceExpiring).run();
      await Promise.all([announce(), announce()]);
      const events = await scrip.sql(
        `select count(*)::int as count from domain_events where account_id = $1 and type = 'credits.expiring'`,
        [account.id],
      );
      expect(events).toEqual([{ count: MANY - 543 }]);
    });

    it('keeps nobody waiting while 1,000 spends empty as many of its grants', async () => {
      const items = Array.from({ length: 1_000 }, () => ({
        idempotencyKey: randomUUID(),
        accountId: account.id,
        amount: 1,
      }));
      const batch = scrip.call('POST', '/v1/spends/batch', { items });
      expect(await answeredDuring(batch)).toBeGreaterThan(5);
      const { body } = await batch;
      expect(body.results.map(({ status }: { status: string }) => status)).toEqual(items.map(() => 'accepted'));
    });
  });

  it('of which 3,000 grants come due at once keeps nobody waiting, and its own caller is answered', async () => {
    const account = await accountWith({ count: 3_000, startsIn: 10, endsIn: 20 });
    await account.grant(5);
    clock.advance(60);
    const spend = account.spend(1);
    expect(await answeredDuring(spend)).toBeGreaterThan(5);
    expect(outcomeOf(await spend)).toBe('accepted');
    expect(await account.standing()).toEqual({ balance: 4, held: 0, available: 4 });
    expect(await stillDue(account)).toBe(0);
  });

  it('of which 3,000 holds come due at once keeps nobody waiting, and its own caller is answered', async () => {
    const account = await openAccount(scrip);
    await account.grant(3_000);
    for (let done = 0; done < 3_000; done += 100)
      await Promise.all(Array.from({ length: 100 }, () => account.hold(1, 60)));
    expect((await account.standing()).available).toBe(0);
    clock.advance(120);
    const spend = account.spend(3_000);
    expect(await answeredDuring(spend)).toBeGreaterThan(5);
    expect(outcomeOf(await spend)).toBe('accepted');
    expect(await account.standing()).toEqual({ balance: 0, held: 0, available: 0 });
  });

  // Five of the credits that are over stand on, for as long as the hold covers as many.
  it('is brought up to date in steps that are right by themselves, whoever takes the next one', async () => {
    const account = await accountWith({ count: 3_000, startsIn: 10, endsIn: 20 });
    await account.grant(5);
    await account.hold(5, 7_200);
    clock.advance(60);
    const batches = scrip.running.app.get(Database).batchesOf(0);
    const reach = scrip.running.app.get(FirstReach);
    const spend = spendCommand(randomUUID(), { accountId: account.id, amount: 1 });
    const left = [await stillDue(account)];
    for (let step = 0; step < 3; step += 1) {
      const { verdicts } = await batches.run((tx) =>
        decideCommands(tx, [spend], clock.now(), { form: 'one-row', reach }),
      );
      expect(verdicts).toEqual(['behind']);
      expect((await scrip.checkBooks()).findings).toEqual([]);
      expect(await account.standing()).toEqual({ balance: 10, held: 5, available: 5 });
      left.push(await stillDue(account));
    }
    expect(left.every((count, index) => index === 0 || count <= (left[index - 1] ?? 0))).toBe(true);
    await sweep();
    expect(await stillDue(account)).toBe(5);
    expect(await account.standing()).toEqual({ balance: 10, held: 5, available: 5 });
  });
});
