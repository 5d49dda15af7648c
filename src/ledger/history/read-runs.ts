import { type Credits, credits } from '../../kernel/credits.js';
import type { Dimensions } from '../../rating/pricing/dimensions.js';
import { type Quantity, quantityOfText } from '../../rating/pricing/quantity.js';
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

/** What spends of one line each have used together: all of one meter, by the same dimensions. */
export interface RunUsage {
  /** An instant within the quarter of an hour of their own time. */
  readonly usedAt: Date;
  readonly meter: string;
  readonly dimensions: Dimensions;
  readonly quantity: Quantity;
  readonly credits: Credits;
}

/** An entry with what its row keeps of lines, or several spends that are read as one. */
export interface EntryRun {
  readonly entry: EntryFacts;
  /** Null where `usage` says what they come to. */
  readonly lines: string | null;
  /** Of spends of one line each. */
  readonly usage?: RunUsage;
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
  used_at: Date | null;
  meter: string | null;
  dimensions: string | null;
  quantity: string | null;
}

/**
 * Entries of either form, by account and then by number. Spends that follow each other within a quarter of an hour,
 * from one grant, are read as one where all are of an amount, or all are of one line, of one meter and by the same
 * dimensions, for usage within a quarter of an hour: it has their sums, and number and time of the last. What they
 * change of sums by quarters, and of grants, is the same. They never change, so no lock is needed.
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

const QUARTER = (instant: string) => `date_bin('15 minutes', ${instant}, timestamptz 'epoch')`;

// What is kept of lines is taken apart as text, in the form in which `usageText` writes it, since reading JSON takes
// more of Postgres than all the rest; what has another form is read by itself. A quote within a text of JSON has a
// backslash before it, so that what is looked for, with its quotes, is the form and never a part of a text. A spend of
// one line costs what its line does.
// Numbers less their places are the same as long as numbers follow each other.
const RUNS = `
  with due as materialized (
    select e.account_id, e.seq, e.kind, e.amount, e.debt, e.recorded_at, e.grant_id, e.grant_ids, e.grant_amounts,
      e.source_type, e.source_id, e.lines::text as lines,
      case when e.kind = 's' and e.grant_ids is null
        then split_part(e.lines::text, '"lines":[{"meter":"', 2) end as line
    from unnest($1::text[], $2::bigint[], $3::bigint[]) as span (account_id, first, last)
    join entry_rows e on e.account_id = span.account_id and e.seq between span.first and span.last
  ), parted as (
    select *, split_part(line, '"', 1) as meter, split_part(line, '"', 5) as quantity from due
  ), told as materialized (
    select *, substr(line, length(meter) + length(quantity) + 15) as rest,
      kind = 's' and grant_ids is null and (lines is null
        or (split_part(line, '"', 3) = 'quantity' and position('},{"meter":"' in line) = 0)) as is_alike
    from parted
  ), alike as (
    select account_id, seq, amount, debt, recorded_at, grant_id, ${QUARTER('recorded_at')} as quarter,
      case when substr(lines, 19, 11) = ',"usedAt":"' then ${QUARTER('substr(lines, 30, 24)::timestamptz')}
        when lines is not null then ${QUARTER('recorded_at')} end as used_at,
      meter collate "C" as meter, quantity::numeric as quantity,
      case when substr(rest, 1, 16) = '","dimensions":{'
          then substr(split_part(split_part(rest, '},"version":', 1), '},"match":{', 1), 16) || '}' end
        collate "C" as dimensions
    from told where is_alike
  ), placed as (
    select *, seq - row_number() over (
        partition by account_id, grant_id, quarter, used_at, meter, dimensions order by seq
      ) as run
    from alike
  )
  select account_id, min(seq) as first_seq, max(seq) as seq, count(*) as entries, 's' as kind,
    sum(amount)::bigint as amount, sum(debt)::bigint as debt, max(recorded_at) as recorded_at, grant_id,
    null::text[] as grant_ids, null::text[] as grant_amounts, null as source_type, null as source_id, null as lines,
    used_at, meter, dimensions, sum(quantity)::text as quantity
  from placed
  group by account_id, grant_id, quarter, used_at, meter, dimensions, run, seq / ${ENTRIES_PER_RUN}
  union all
  select account_id, seq, seq, 1, kind::text, amount, debt, recorded_at, grant_id, grant_ids::text[],
    grant_amounts::text[], source_type, source_id, lines, null, null, null, null
  from told where not is_alike`;

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
  const { used_at: usedAt, meter } = row;
  if (usedAt === null || meter === null) return { entry, lines: row.lines };
  const usage = {
    usedAt,
    meter,
    dimensions: JSON.parse(row.dimensions ?? '{}'),
    quantity: quantityOfText(row.quantity ?? '0'),
    credits: credits(-amount),
  };
  return { entry, lines: null, usage };
}
