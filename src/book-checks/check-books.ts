import type { Tx } from '../database/database.js';
import { withoutTimeLimit } from '../database/limited-client.js';
import { type EntryRowWithLines, firstEntries, toEntry } from '../ledger/book/entry-rows.js';
import { GENESIS_HASH, hashEntry } from '../ledger/book/hash-chain.js';
import type { Entry } from '../ledger/book/model.js';
import { type AccountRange, endOfRange, within } from './account-range.js';
import type { BookFinding } from './book-rule.js';
import { BOOK_RULES } from './book-rules.js';
import { overallFaults, RollupSums } from './rollup-sums.js';
import { UsageSums } from './usage-sums.js';

export interface BookReport {
  accounts: number;
  entries: number;
  /** The first of them, `MAX_FINDINGS` at most. */
  findings: BookFinding[];
  findingCount: number;
}

/** How far a proof has come. */
export interface BookProgress {
  accounts: number;
  ofAccounts: number;
  entries: number;
}

export interface CheckBooksOptions {
  progress?: (progress: BookProgress) => void;
  /** Stops the proof between two reads. */
  signal?: AbortSignal;
}

const ACCOUNTS_PER_RANGE = 1_000;
const ENTRIES_PER_READ = 5_000;
/** So that books that are wrong everywhere fit the memory as well. */
export const MAX_FINDINGS = 1_000;

/**
 * Proves the books in one pass over the accounts, some at a time: every rule of `book-rules.ts` by SQL, and the chain
 * of each account's entries, and the sums of its usage, by reading them once in order; and the sums over all accounts.
 * What it needs of memory does not grow with the number of accounts. Takes no locks; give it a snapshot, so that it
 * sees one instant while writes go on.
 */
export function checkBooks(tx: Tx, options: CheckBooksOptions = {}): Promise<BookReport> {
  return withoutTimeLimit(() => prove(tx, options));
}

async function prove(tx: Tx, { progress = () => undefined, signal }: CheckBooksOptions): Promise<BookReport> {
  const [{ ofAccounts }] = await tx.query('select count(*)::int as "ofAccounts" from balances');
  const report: BookReport = { accounts: 0, entries: 0, findings: [], findingCount: 0 };
  const tell = () => progress({ accounts: report.accounts, ofAccounts, entries: report.entries });
  let range: AccountRange = { after: '', upTo: null };
  do {
    range = await endOfRange(tx, range.upTo ?? '', ACCOUNTS_PER_RANGE);
    await checkRules(tx, range, report);
    await checkChains(tx, range, report, () => {
      signal?.throwIfAborted();
      tell();
    });
    report.accounts += await accountsWithin(tx, range);
    tell();
  } while (range.upTo !== null);
  for (const fault of await overallFaults(tx)) note(report, fault);
  return report;
}

function note(report: BookReport, finding: BookFinding): void {
  report.findingCount += 1;
  if (report.findings.length < MAX_FINDINGS) report.findings.push(finding);
}

async function checkRules(tx: Tx, range: AccountRange, report: BookReport): Promise<void> {
  for (const { rule, sql } of BOOK_RULES) {
    const scoped = within(range, sql);
    const rows: { account_id: string; detail: string }[] = await tx.query(scoped.sql, scoped.parameters);
    for (const { account_id: accountId, detail } of rows) note(report, { accountId, rule, detail });
  }
}

async function accountsWithin(tx: Tx, range: AccountRange): Promise<number> {
  const { sql, parameters } = within(range, 'select count(*)::int as accounts from balances');
  const [{ accounts }] = await tx.query(sql, parameters);
  return accounts;
}

/**
 * Reads the entries of some accounts by their key, follows numbers, balances and hashes from one to the next, and adds
 * up what was used.
 */
async function checkChains(tx: Tx, range: AccountRange, report: BookReport, afterRead: () => void): Promise<void> {
  const { after, upTo } = range;
  const usage = new UsageSums();
  const rollups = await RollupSums.of(tx, range);
  let last: Entry | undefined;
  for (;;) {
    const rows: EntryRowWithLines[] = await tx.query(
      firstEntries('(account_id, seq) > ($1, $2::bigint) and ($4::text is null or account_id <= $4)', {
        order: 'account_id, seq',
        limit: '$3',
      }),
      [last?.accountId ?? after, last === undefined ? LAST_SEQ : `${last.seq}`, ENTRIES_PER_READ, upTo],
    );
    for (const row of rows) {
      const entry = toEntry(row);
      const fault = faultAfter(last?.accountId === entry.accountId ? last : undefined, entry);
      if (fault !== undefined)
        note(report, { accountId: entry.accountId, rule: 'chain', detail: `entry ${entry.seq}: ${fault}` });
      last = entry;
    }
    await usage.add(tx, rows);
    await rollups.add(tx, rows);
    report.entries += rows.length;
    afterRead();
    if (rows.length < ENTRIES_PER_READ) break;
  }
  for (const fault of [...(await usage.faults(tx, range)), ...(await rollups.end(tx, range))]) note(report, fault);
}

/** Behind every entry of the account that a range begins after. */
const LAST_SEQ = '9223372036854775807';

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
