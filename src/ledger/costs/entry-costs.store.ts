import type { CostBasis, Entry } from '../book/model.js';
import type { SqlRunner } from '../sql-runner.js';

/**
 * What a spend has cost, or a reversal has given back of it, below 0: by its allocations, in their order; null where
 * nothing was paid for the grant.
 */
export interface EntryCost {
  readonly entry: Pick<Entry, 'accountId' | 'seq'>;
  readonly costs: readonly (CostBasis | null)[];
}

interface EntryCostRow {
  account_id: string;
  seq: string;
  costs_minor: string[];
  currencies: (string | null)[];
}

/** Of those that are known, by account and number: `account number`. */
export async function readEntryCosts(
  db: SqlRunner,
  entries: readonly Pick<Entry, 'accountId' | 'seq'>[],
): Promise<Map<string, (CostBasis | null)[]>> {
  const rows: EntryCostRow[] = await db.query(
    `select account_id, seq, costs_minor::text[] as costs_minor, currencies from entry_costs
     where (account_id, seq) in (select * from unnest($1::text[], $2::bigint[]))`,
    [entries.map(({ accountId }) => accountId), entries.map(({ seq }) => `${seq}`)],
  );
  return new Map(rows.map((row) => [`${row.account_id} ${row.seq}`, toCosts(row)]));
}

function toCosts({ costs_minor, currencies }: EntryCostRow): (CostBasis | null)[] {
  return costs_minor.map((minor, place) => {
    const currency = currencies[place] ?? null;
    return currency === null ? null : { amountMinor: BigInt(minor), currency };
  });
}

export async function writeEntryCosts(tx: SqlRunner, entries: readonly EntryCost[]): Promise<void> {
  if (entries.length === 0) return;
  // Lists of several lengths are no list of lists: they go as text.
  await tx.query(
    `insert into entry_costs (account_id, seq, costs_minor, currencies)
     select account_id, seq, costs_minor::bigint[], currencies::text[]
     from unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) as new (account_id, seq, costs_minor, currencies)`,
    [
      entries.map(({ entry }) => entry.accountId),
      entries.map(({ entry }) => `${entry.seq}`),
      entries.map(({ costs }) => `{${costs.map((cost) => cost?.amountMinor ?? 0n).join(',')}}`),
      entries.map(({ costs }) => `{${costs.map((cost) => cost?.currency ?? 'null').join(',')}}`),
    ],
  );
}
