import { type Credits, credits } from '../../kernel/credits.js';
import { allocationsOf, type GrantsOfRow, kindOf } from '../book/entry-rows.js';
import type { Entry } from '../book/model.js';
import type { SqlRunner } from '../sql-runner.js';
import { byAccountAndNumber, type EntrySpan, readEntriesOfV1 } from './read-history.js';

/** How many entries are read as one at most: so many are looked at again to say what one of them has cost. */
export const ENTRIES_PER_RUN = 128n;

/** What is derived from an entry is derived from this. Spends are not told apart here: their source has no id. */
export interface EntryFacts
  extends Pick<Entry, 'accountId' | 'seq' | 'kind' | 'amount' | 'debt' | 'source' | 'allocations' | 'recordedAt'> {
  /** Of several spends that are read as one: the number of the first. */
  readonly firstSeq?: bigint;
}

/** An entry with what its row keeps of lines, or several spends that are read as one. */
export interface EntryRun {
  readonly entry: EntryFacts;
  readonly lines: string | null;
}

/** What was read, and how many entries that is. */
export interface ReadRuns {
  readonly runs: readonly EntryRun[];
  readonly entries: number;
}

interface RunRow extends GrantsOfRow {
  account_id: string;
  first_seq: string;
  seq: string;
  entries: string;
  kind: string;
  amount: string;
  debt: string | null;
  recorded_at: Date;
  source_type: string | null;
  source_id: string | null;
  lines: string | null;
}

/**
 * Entries of either form, by account and then by number. Spends of an amount that follow each other within a quarter of
 * an hour, from one grant, are read as one: it has their sum, and number and time of the last. What they change of
 * sums by quarters, and of grants, is the same. They never change, so no lock is needed.
 */
export async function readRuns(db: SqlRunner, spans: readonly EntrySpan[]): Promise<ReadRuns> {
  if (spans.length === 0) return { runs: [], entries: 0 };
  const rows: RunRow[] = await db.query(RUNS, [
    spans.map(({ accountId }) => accountId),
    spans.map(({ from }) => `${from}`),
    spans.map(({ to }) => `${to}`),
  ]);
  const entries = rows.reduce((sum, { entries }) => sum + Number(entries), 0);
  const due = spans.reduce((sum, { from, to }) => sum + Number(to - from) + 1, 0);
  const ofV1 = entries === due ? [] : await readEntriesOfV1(db, spans);
  return { runs: [...rows.map(toRun), ...ofV1].sort(byAccountAndNumber), entries: entries + ofV1.length };
}

/** A spend by an amount, from one grant or into debt alone. */
const IS_PLAIN = `kind = 's' and lines is null and grant_ids is null`;

// Numbers less their places are the same as long as numbers follow each other.
const RUNS = `
  with due as materialized (
    select e.account_id, e.seq, e.kind, e.amount, e.debt, e.recorded_at, e.grant_id, e.grant_ids, e.grant_amounts,
      e.source_type, e.source_id, e.lines
    from unnest($1::text[], $2::bigint[], $3::bigint[]) as span (account_id, first, last)
    join entry_rows e on e.account_id = span.account_id and e.seq between span.first and span.last
  ), plain as (
    select account_id, seq, amount, debt, recorded_at, grant_id,
      seq - row_number() over (partition by account_id order by seq) as run
    from due where ${IS_PLAIN}
  )
  select account_id, min(seq) as first_seq, max(seq) as seq, count(*) as entries, 's' as kind,
    sum(amount)::bigint as amount, sum(debt)::bigint as debt, max(recorded_at) as recorded_at, grant_id,
    null::text[] as grant_ids, null::text[] as grant_amounts, null as source_type, null as source_id, null as lines
  from plain
  group by account_id, run, seq / ${ENTRIES_PER_RUN}, date_bin('15 minutes', recorded_at, timestamptz 'epoch'), grant_id
  union all
  select account_id, seq, seq, 1, kind::text, amount, debt, recorded_at, grant_id, grant_ids::text[],
    grant_amounts::text[], source_type, source_id, lines::text
  from due where not (${IS_PLAIN})`;

function toRun(row: RunRow): EntryRun {
  const amount: Credits = credits(row.amount);
  const entry = {
    accountId: row.account_id,
    firstSeq: BigInt(row.first_seq),
    seq: BigInt(row.seq),
    kind: kindOf(row.kind),
    amount,
    debt: credits(row.debt ?? 0),
    source: { type: row.source_type ?? 'spend', id: row.source_id ?? '' },
    allocations: allocationsOf(row, amount),
    recordedAt: row.recorded_at,
  };
  return { entry, lines: row.lines };
}
