import { type EntryRowWithLines, entriesOfV1Where, entriesWhere, toEntry } from '../book/entry-rows.js';
import type { Entry } from '../book/model.js';
import { partsOfSpendId } from '../book/spend-id.js';
import type { SqlRunner } from '../sql-runner.js';

/** An entry with what its row keeps of lines, as JSON: see `kept-lines.ts`. */
export interface RecordedEntry {
  readonly entry: Entry;
  readonly lines: string | null;
}

type Place = Pick<Entry, 'accountId' | 'seq'>;

/** Entries of an account by their numbers, both of which are among them. */
export interface EntrySpan {
  readonly accountId: string;
  readonly from: bigint;
  readonly to: bigint;
}

/** Entries of either form, by account and then by number. They never change, so no lock is needed. */
export async function readEntries(db: SqlRunner, spans: readonly EntrySpan[]): Promise<RecordedEntry[]> {
  const accountIds: string[] = [];
  const seqs: string[] = [];
  for (const { accountId, from, to } of spans)
    for (let seq = from; seq <= to; seq += 1n) {
      accountIds.push(accountId);
      seqs.push(`${seq}`);
    }
  if (seqs.length === 0) return [];
  // By keys alone: they are found one by one, on shards as well.
  return inOrder(await db.query(entriesWhere(`(account_id, seq) in (${PAIRS})`), [accountIds, seqs]));
}

const PAIRS = 'select * from unnest($1::text[], $2::bigint[])';

/** Those in the form of three rows. */
export async function readEntriesOfV1(db: SqlRunner, spans: readonly EntrySpan[]): Promise<RecordedEntry[]> {
  return inOrder(
    await db.query(
      `select entry.* from unnest($1::text[], $2::bigint[], $3::bigint[]) as span (account, first, last)
       join (${entriesOfV1Where('true')}) entry
         on entry.account_id = span.account and entry.seq between span.first and span.last`,
      [spans.map(({ accountId }) => accountId), spans.map(({ from }) => `${from}`), spans.map(({ to }) => `${to}`)],
    ),
  );
}

/** The name of a spend among those of all accounts. No id has a blank. */
export function spendName({ accountId, source }: Pick<Entry, 'accountId' | 'source'>): string {
  return `${accountId} ${source.id}`;
}

/** The spends that reversals give back: each with all that was ever given back of it, in order, by `spendName`. */
export async function readReversedSpends(
  db: SqlRunner,
  reversals: readonly { entry: Pick<Entry, 'accountId' | 'source'> }[],
): Promise<Map<string, RecordedEntry[]>> {
  const named = new Map(reversals.map(({ entry }) => [spendName(entry), entry]));
  if (named.size === 0) return new Map();
  const accountIds = [...named.values()].map(({ accountId }) => accountId);
  const spendIds = [...named.values()].map(({ source }) => source.id);
  const ofThreeRows: { account_id: string; seq: string }[] = await db.query(
    'select account_id, seq from spends_v1 where (account_id, id) in (select * from unnest($1::text[], $2::text[]))',
    [accountIds, spendIds],
  );
  const inOne = [...named.values()].map(({ accountId, source }) => ({
    accountId,
    seq: partsOfSpendId(source.id)?.seq ?? 0n,
  }));
  const inThree = ofThreeRows.map(({ account_id: accountId, seq }) => ({ accountId, seq: BigInt(seq) }));
  const spends = await readEntries(
    db,
    [...inOne, ...inThree].map(({ accountId, seq }) => ({ accountId, from: seq, to: seq })),
  );
  const given = inOrder(
    await db.query(
      entriesWhere({
        rows: `(account_id, source_type, source_id) in (${OF_SPENDS}) and kind = 'r'`,
        v1: `(account_id, source_type, source_id) in (${OF_SPENDS}) and kind = 'spend_reversal'`,
      }),
      [accountIds, spendIds],
    ),
  );
  // The number in an id of the form before is anybody's.
  const ofThem = [...spends.filter(({ entry }) => entry.kind === 'spend'), ...given];
  const bySpend = Map.groupBy(ofThem, ({ entry }) => spendName(entry));
  return new Map([...bySpend].filter(([name]) => named.has(name)));
}

const OF_SPENDS = `select account, 'spend', spend from unnest($1::text[], $2::text[]) as named (account, spend)`;

function inOrder(rows: readonly EntryRowWithLines[]): RecordedEntry[] {
  return rows.map((row) => ({ entry: toEntry(row), lines: row.lines })).sort(byAccountAndNumber);
}

/** In the order in which entries are followed. */
export function byAccountAndNumber({ entry: a }: { entry: Place }, { entry: b }: { entry: Place }): number {
  if (a.accountId === b.accountId) return a.seq < b.seq ? -1 : 1;
  return a.accountId < b.accountId ? -1 : 1;
}
