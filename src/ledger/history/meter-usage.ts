import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { addSeconds } from '../../kernel/clock.js';
import { firstIdAt } from '../../kernel/ids.js';
import { outsideRequests } from '../../kernel/request-context.js';
import type { PricedLine } from '../../rating/pricing/price-lines.js';
import { partsOfSpendId } from '../book/spend-id.js';
import { MAX_HOLD_LIFE_SECONDS } from '../decisions/holds.js';
import { toUsage, undoneOf } from '../usage/kept-lines.js';
import type { Month } from '../usage/known-counters.js';
import { TooManyReversals } from '../usage/lines.problems.js';

/** How many entries, of any kind, one statement looks at: some 5 ms of work, then others have their turn. */
const ENTRIES_PER_READ = 250;
/** How many reversals of lines are remembered of the accounts of one read, as many as it has entries at most. */
const MAX_REVERSALS = 100_000;

/** Where an entry stands. */
interface Place {
  readonly accountId: string;
  readonly seq: bigint;
}

/** A spend that used a meter. */
export interface MeterSpend extends Place {
  readonly kind: 'spend';
  readonly usedAt: Date;
  /** The month whose counters its lines are in. */
  readonly month: Month;
  /** The lines of the meter, by their places in the spend. */
  readonly lines: ReadonlyMap<number, PricedLine>;
  /** Whether lines of it are undone by an entry that follows. */
  readonly isReversed: boolean;
}

/** A reversal that undid lines, of the meter or of others. */
export interface LinesReversal extends Place {
  readonly kind: 'reversal';
  /** The number of the spend. */
  readonly spendSeq: bigint;
  /** The places of the lines. */
  readonly undone: readonly number[];
}

export interface MeterUsagePage {
  readonly entries: readonly (MeterSpend | LinesReversal)[];
  /** Accounts that have placed holds by lines of the meter, which have borne on what was charged meanwhile. */
  readonly withHolds: ReadonlySet<string>;
  /** All accounts before this one are complete; all are where it is undefined. */
  readonly through: string | undefined;
}

interface UsageRow {
  account_id: string;
  seq: string;
  /** Null for the place up to which was looked. */
  kind: 's' | 'r' | null;
  recorded_at: Date;
  source_id: string | null;
  lines: string;
}

/** What is known of an account when it is first met: what is recorded after that is left out. */
interface Met {
  head: bigint;
  /** The numbers of the spends of which lines are undone. */
  readonly reversed: Set<bigint>;
  hasHolds: boolean;
}

interface MetRow {
  account_id: string;
  head: string | null;
  /** The id of a spend. */
  reversed: string | null;
}

/**
 * Reads what was used of a meter. It takes no lock and keeps no snapshot open, however long it takes, since entries
 * never change: each account is seen as it stood when the reading came to it.
 */
@Injectable()
export class MeterUsage {
  constructor(private readonly database: Database) {}

  /**
   * The entries of a meter that were recorded from an instant on, account by account in the order of their ids, and in
   * the order of their numbers in each. Memory stays flat, whatever the books hold.
   * @throws TooManyReversals, and the reason of the signal between two reads
   */
  async *pages(meter: string, since: Date, signal: AbortSignal): AsyncGenerator<MeterUsagePage> {
    const met = new Map<string, Met>();
    let after: { account_id: string; seq: string } | undefined = { account_id: '', seq: '0' };
    while (after !== undefined) {
      signal.throwIfAborted();
      const rows: UsageRow[] = await this.read(meter, since, after);
      after = rows.find(({ kind }) => kind === null);
      const ofMeter = rows.filter(({ kind }) => kind !== null);
      await this.meet(ofMeter, met, { meter, since });
      const entries = ofMeter.flatMap((row) => entriesOf(row, meter, met.get(row.account_id)));
      const withHolds = new Set([...met].flatMap(([accountId, { hasHolds }]) => (hasHolds ? [accountId] : [])));
      for (const accountId of met.keys()) if (accountId !== after?.account_id) met.delete(accountId);
      yield { entries, withHolds, through: after?.account_id };
    }
  }

  /** Rows of the meter among the next entries of all kinds, and the place of the last of those, if there were any. */
  private read(meter: string, since: Date, after: { account_id: string; seq: string }): Promise<UsageRow[]> {
    return this.query(
      `with page as materialized (
         select account_id, seq, kind, recorded_at, source_id, lines
         from entry_rows
         where (account_id, seq) > ($1, $2::bigint)
         order by account_id, seq
         limit ${ENTRIES_PER_READ}
       ), ends as (select account_id, seq from page order by account_id desc, seq desc limit 1)
       select account_id, seq, kind::text as kind, recorded_at, source_id, lines::text as lines
       from page
       where lines is not null and recorded_at >= $3 and (kind = 'r' or position($4 in lines::text) > 0)
       union all
       select account_id, seq, null, null, null, null from ends
       order by account_id, seq`,
      [after.account_id, after.seq, since, namedInLines(meter)],
    );
  }

  /** Notes of accounts that were not met yet up to where they are read, and what bears on their usage besides. */
  private async meet(
    rows: readonly UsageRow[],
    met: Map<string, Met>,
    { meter, since }: { meter: string; since: Date },
  ): Promise<void> {
    const accountIds = [...new Set(rows.map(({ account_id }) => account_id))].filter((id) => !met.has(id));
    if (accountIds.length === 0) return;
    const found: MetRow[] = await this.query(
      `select account_id, seq as head, null as reversed from balances where account_id = any($1)
       union all
       (select account_id, null, source_id from entry_rows
        where account_id = any($1) and source_type = 'spend' and kind = 'r' and lines is not null
        limit ${MAX_REVERSALS + 1})
       union all
       (select distinct account_id, null::bigint, null from holds
        where account_id = any($1) and id >= $2 and position($3 in lines::text) > 0)`,
      [accountIds, firstIdAt('hld', addSeconds(since, -MAX_HOLD_LIFE_SECONDS)), namedInLines(meter)],
    );
    const reversals = found.filter(({ reversed }) => reversed !== null);
    if (reversals.length > MAX_REVERSALS) throw new TooManyReversals({ maxReversals: MAX_REVERSALS });
    for (const accountId of accountIds) met.set(accountId, { head: 0n, reversed: new Set(), hasHolds: false });
    for (const { account_id, head, reversed } of found) {
      const one = met.get(account_id);
      if (one === undefined) continue;
      if (head !== null) one.head = BigInt(head);
      else if (reversed !== null) one.reversed.add(partsOfSpendId(reversed)?.seq ?? 0n);
      else one.hasHolds = true;
    }
  }

  /** A read that belongs to no request, and to no request's limit of time: together they may take minutes. */
  private query<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    return outsideRequests(() => this.database.query<Row>(sql, parameters));
  }
}

/** How rows that keep lines name a meter. */
function namedInLines(meter: string): string {
  return `"meter":"${meter}"`;
}

function entriesOf(row: UsageRow, meter: string, met: Met | undefined): (MeterSpend | LinesReversal)[] {
  const place = { accountId: row.account_id, seq: BigInt(row.seq) };
  if (met === undefined || place.seq > met.head) return [];
  if (row.kind === 'r') {
    const spendSeq = partsOfSpendId(row.source_id ?? '')?.seq ?? 0n;
    return [{ ...place, kind: 'reversal', spendSeq, undone: undoneOf(row.lines)?.places ?? [] }];
  }
  const { month, usedAt = row.recorded_at, lines: spent } = toUsage(row.lines);
  const lines = new Map([...spent.entries()].flatMap(([at, { line }]) => (line.meter === meter ? [[at, line]] : [])));
  if (lines.size === 0) return [];
  return [{ ...place, kind: 'spend', usedAt, month, lines, isReversed: met.reversed.has(place.seq) }];
}
