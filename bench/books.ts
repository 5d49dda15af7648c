import type pg from 'pg';
import { checkBooks } from '../src/book-checks/check-books.js';
import type { Tx } from '../src/database/database.js';

/** The most differences that are named. */
const SHOWN = 5;

/** What a database should hold after a run: what it held before, less what was acknowledged, account by account. */
export class Books {
  private readonly acknowledged = new Map<string, number>();

  /** With the balances before the run. */
  constructor(private readonly before: ReadonlyMap<string, bigint>) {}

  static async open(client: pg.Client): Promise<Books> {
    return new Books(await readBalances(client));
  }

  get total(): number {
    return [...this.acknowledged.values()].reduce((sum, count) => sum + count, 0);
  }

  acknowledge(byAccount: Readonly<Record<string, number>>): void {
    for (const [accountId, count] of Object.entries(byAccount))
      this.acknowledged.set(accountId, (this.acknowledged.get(accountId) ?? 0) + count);
  }

  /** Compares every balance. @throws when a credit is missing or too many. */
  proveBalances(after: ReadonlyMap<string, bigint>): void {
    refuse(this.wrongBalances(after));
  }

  /**
   * Compares every balance, and with the sum of its entries as well. @throws when a credit is missing or too many.
   */
  async prove(client: pg.Client): Promise<void> {
    const after = await readBalances(client);
    const entries = await readEntrySums(client);
    const wrong = this.wrongBalances(after);
    for (const accountId of this.before.keys()) {
      const balance = after.get(accountId);
      const sum = entries.get(accountId) ?? 0n;
      // The classic tables have no entry for the first credits.
      if (sum !== balance && sum !== -this.spent(accountId))
        wrong.push(`${accountId}: balance ${balance}, entries sum to ${sum}`);
    }
    refuse(wrong);
  }

  private wrongBalances(after: ReadonlyMap<string, bigint>): string[] {
    const wrong: string[] = [];
    for (const [accountId, before] of this.before) {
      const spent = this.spent(accountId);
      const balance = after.get(accountId);
      if (balance !== before - spent)
        wrong.push(`${accountId}: balance ${balance}, but ${before} less ${spent} acknowledged is ${before - spent}`);
    }
    return wrong;
  }

  private spent(accountId: string): bigint {
    return BigInt(this.acknowledged.get(accountId) ?? 0);
  }
}

function refuse(wrong: readonly string[]): void {
  if (wrong.length > 0)
    throw new Error(`The books are wrong on ${wrong.length} accounts:\n  ${wrong.slice(0, SHOWN).join('\n  ')}`);
}

async function readBalances(client: pg.Client): Promise<Map<string, bigint>> {
  const { rows } = await client.query<{ account_id: string; balance: string }>(
    'select account_id, balance from balances',
  );
  return new Map(rows.map((row) => [row.account_id, BigInt(row.balance)]));
}

async function readEntrySums(client: pg.Client): Promise<Map<string, bigint>> {
  const { rows } = await client.query<{ account_id: string; total: string }>(
    'select account_id, sum(amount) as total from entries group by account_id',
  );
  return new Map(rows.map((row) => [row.account_id, BigInt(row.total)]));
}

/**
 * Scrip's own proof of its books, chain of hashes included. Returns the number of entries. @throws when a rule is
 * broken.
 */
export async function proveScripBooks(client: pg.Client): Promise<number> {
  await client.query('begin isolation level repeatable read read only');
  const tx = { query: async (sql: string, parameters?: unknown[]) => (await client.query(sql, parameters)).rows };
  const { findings, entries } = await checkBooks(tx as unknown as Tx);
  await client.query('commit');
  if (findings.length > 0) {
    const shown = findings.slice(0, SHOWN).map((f) => `${f.accountId}: ${f.rule}: ${f.detail}`);
    throw new Error(`Scrip's books break ${findings.length} rules:\n  ${shown.join('\n  ')}`);
  }
  return entries;
}
