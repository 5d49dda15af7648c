import { BOOK_TABLES, endOfRange, within } from '../../src/book-checks/account-range.js';
import { BOOK_RULES } from '../../src/book-checks/book-rules.js';
import { type BookProgress, checkBooks, MAX_FINDINGS } from '../../src/book-checks/check-books.js';
import { Database } from '../../src/database/database.js';
import { useScrip } from '../support/service/scrip.js';

const ACCOUNTS = 2_500;

describe('the proof of many accounts', () => {
  const scrip = useScrip({}, { breaksBooks: true });
  let database: Database;
  beforeAll(async () => {
    database = scrip.running.app.get(Database);
    await scrip.sql(
      `insert into accounts (id, created_at, updated_at)
       select 'acct-' || lpad(n::text, 5, '0'), now(), now() from generate_series(1, $1::int) n`,
      [ACCOUNTS],
    );
    await scrip.sql('insert into balances (account_id) select id from accounts');
  });

  it('goes range by range, and tells how far it is', async () => {
    const told: BookProgress[] = [];
    const report = await database.snapshot((tx) =>
      checkBooks(tx, { progress: (progress) => told.push({ ...progress }) }),
    );
    expect(report).toEqual({ accounts: ACCOUNTS, entries: 0, findings: [], findingCount: 0 });
    expect([...new Set(told.map(({ accounts }) => accounts))]).toEqual([0, 1000, 2000, 2500]);
    expect(told.at(-1)).toEqual({ accounts: ACCOUNTS, ofAccounts: ACCOUNTS, entries: 0 });
  });

  it('leaves no account out between two ranges', async () => {
    const ranges = await database.snapshot(async (tx) => {
      const all = [await endOfRange(tx, '', 700)];
      for (let last = all.at(-1); last?.upTo != null; last = all.at(-1)) all.push(await endOfRange(tx, last.upTo, 700));
      return Promise.all(
        all.map((range) => {
          const { sql, parameters } = within(range, 'select account_id as id from balances order by account_id');
          return tx.query(sql, parameters) as Promise<{ id: string }[]>;
        }),
      );
    });
    expect(ranges.map((accounts) => accounts.length)).toEqual([700, 700, 700, 400]);
    expect(new Set(ranges.flat().map(({ id }) => id)).size).toBe(ACCOUNTS);
  });

  it('finds what is wrong in any of them, keeps the first of too many, and counts all', async () => {
    await scrip.sql(
      `update balances set balance = 1 where account_id in ('acct-00001', 'acct-01000', 'acct-01001', 'acct-02500')`,
    );
    const { findings } = await scrip.checkBooks();
    expect([...new Set(findings.map(({ accountId }) => accountId))].sort()).toEqual([
      'acct-00001',
      'acct-01000',
      'acct-01001',
      'acct-02500',
    ]);
    await scrip.sql('update balances set balance = 1');
    const report = await scrip.checkBooks();
    expect(report.findings).toHaveLength(MAX_FINDINGS);
    expect(report.findingCount).toBe(2 * ACCOUNTS);
  });

  it('also finds entries of an account that has no balance', async () => {
    await scrip.sql('update balances set balance = 0');
    await scrip.sql(
      `insert into entries_v1 (account_id, seq, kind, amount, balance_before, balance_after, debt, source_type,
         source_id, allocations, effective_at, recorded_at, hash)
       values ('acct-~', 1, 'grant', 5, 0, 5, 0, 'test', 'x', '[]', now(), now(), decode(repeat('00', 32), 'hex'))`,
    );
    expect((await scrip.checkBooks()).findings).toContainEqual(
      expect.objectContaining({ accountId: 'acct-~', rule: 'chain' }),
    );
  });

  it('knows every table that its rules read', async () => {
    const rows = await scrip.sql(`select table_name from information_schema.columns where column_name = 'account_id'`);
    const read = BOOK_RULES.flatMap(({ sql }) => [...sql.matchAll(/\b(?:from|join)\s+(\w+)/g)].map(([, name]) => name));
    const unknown = rows
      .map((row) => row.table_name)
      .filter((name) => read.includes(name) && !BOOK_TABLES.includes(name ?? ''));
    expect(unknown).toEqual([]);
  });

  it('stops between two reads when it is told to', async () => {
    const stopped = AbortSignal.abort(new Error('the service stops'));
    const proof = database.snapshot((tx) => checkBooks(tx, { signal: stopped }));
    await expect(proof).rejects.toThrow('the service stops');
  });
});
