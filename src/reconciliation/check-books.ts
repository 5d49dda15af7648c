import type { Tx } from '../database/database.js';
import { GENESIS_HASH, hashEntry } from '../ledger/hash-chain.js';
import type { Entry } from '../ledger/model.js';
import { ENTRY_COLUMNS, type EntryRow, toEntry } from '../ledger/rows.js';
import { BOOK_RULES } from './book-rules.js';

/** One broken rule of the books, on one account. */
export interface BookFinding {
  accountId: string;
  rule: string;
  detail: string;
}

export interface BookReport {
  accounts: number;
  entries: number;
  findings: BookFinding[];
}

const ENTRIES_PER_READ = 5_000;

/**
 * Proves the books: every rule of `book-rules.ts` by SQL, and for every account the chain of its entries by reading
 * them once in order. Takes no locks; give it a transaction of its own, which it turns into a repeatable read, so
 * that it sees one instant while writes go on.
 */
export async function checkBooks(
  tx: Tx,
  progress: (entriesRead: number) => void = () => undefined,
): Promise<BookReport> {
  const findings: BookFinding[] = [];
  for (const { rule, sql } of BOOK_RULES) {
    const rows: { account_id: string; detail: string }[] = await tx.query(sql);
    findings.push(...rows.map((row) => ({ accountId: row.account_id, rule, detail: row.detail })));
  }
  const entries = await checkChains(tx, findings, progress);
  const [{ accounts }] = await tx.query('select count(*)::int as accounts from balances');
  return { accounts, entries, findings };
}

/** Reads all entries by their key and follows numbers, balances and hashes from one to the next. */
async function checkChains(tx: Tx, findings: BookFinding[], progress: (read: number) => void): Promise<number> {
  let last: Entry | undefined;
  let read = 0;
  for (;;) {
    const rows: EntryRow[] = await tx.query(
      `select ${ENTRY_COLUMNS} from entries where (account_id, seq) > ($1, $2::bigint) order by account_id, seq limit $3`,
      [last?.accountId ?? '', `${last?.seq ?? 0n}`, ENTRIES_PER_READ],
    );
    for (const row of rows) {
      const entry = toEntry(row);
      const fault = faultAfter(last?.accountId === entry.accountId ? last : undefined, entry);
      if (fault !== undefined)
        findings.push({ accountId: entry.accountId, rule: 'chain', detail: `entry ${entry.seq}: ${fault}` });
      last = entry;
    }
    read += rows.length;
    progress(read);
    if (rows.length < ENTRIES_PER_READ) return read;
  }
}

/** What is wrong with an entry behind the one before it on its account, or undefined. */
function faultAfter(previous: Entry | undefined, entry: Entry): string | undefined {
  if (entry.seq !== (previous?.seq ?? 0n) + 1n) return `its number does not follow ${previous?.seq ?? 0n}`;
  if (entry.balanceBefore !== (previous?.balanceAfter ?? 0n))
    return 'its balance before is not the balance after of the one before';
  if (previous !== undefined && entry.recordedAt < previous.recordedAt)
    return 'it was recorded before the one before it';
  if (!hashEntry(previous?.hash ?? GENESIS_HASH, entry).equals(entry.hash))
    return 'its hash does not follow from the one before';
  return undefined;
}
