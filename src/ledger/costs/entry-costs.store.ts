import { bytesOfGrant } from '../book/entry-rows.js';
import type { CostBasis, Entry } from '../book/model.js';
import type { SqlRunner } from '../sql-runner.js';
import { spentBy } from './checkpoint.js';
import { worth } from './lot.js';

type CostlyEntry = Pick<Entry, 'accountId' | 'seq' | 'kind' | 'allocations'>;

/** A lot that an entry has changed: as it was kept last before the entry, and after it where it was kept just then. */
interface LotRow {
  place: number;
  currency: string;
  seq: string;
  amount: string;
  basis_minor: string;
  spent: string;
  then_amount: string | null;
  then_basis_minor: string | null;
  then_spent: string | null;
}

/** What an entry has taken from one grant, or given back to it. */
interface Taken {
  readonly entry: CostlyEntry;
  readonly grantId: string;
}

/**
 * What spends have cost, or reversals have given back of it, below 0: by their allocations, in their order; null where
 * nothing was paid for the grant. Of those that were followed, and had a cost, by `account number`. It is worked out
 * from the checkpoint before and the spends and reversals since.
 */
export async function readEntryCosts(
  db: SqlRunner,
  entries: readonly CostlyEntry[],
): Promise<Map<string, (CostBasis | null)[]>> {
  const taken = entries
    .filter(({ kind }) => kind === 'spend' || kind === 'spend_reversal')
    .flatMap((entry) => entry.allocations.map(({ grantId }): Taken => ({ entry, grantId })));
  const lots = await readLotsBefore(db, taken);
  const since = await readSpentSince(db, taken, lots);
  const costs = new Map<string, (CostBasis | null)[]>();
  for (const [place, { entry, grantId }] of taken.entries()) {
    const lot = lots.get(place);
    if (lot === undefined) continue;
    const known = costs.get(nameOf(entry)) ?? entry.allocations.map(() => null);
    costs.set(nameOf(entry), known);
    const cost = { amountMinor: costOf(lot, since.get(place) ?? 0n, spentBy(entry, grantId)), currency: lot.currency };
    known[entry.allocations.findIndex((one) => one.grantId === grantId)] = cost;
  }
  return costs;
}

export function nameOf({ accountId, seq }: Pick<Entry, 'accountId' | 'seq'>): string {
  return `${accountId} ${seq}`;
}

function costOf(row: LotRow, since: bigint, moved: bigint): bigint {
  const lot = { amount: BigInt(row.amount), basisMinor: BigInt(row.basis_minor) };
  const spent = BigInt(row.spent) + since;
  if (row.then_amount === null) return worth(lot, spent + moved) - worth(lot, spent);
  const then = { amount: BigInt(row.then_amount), basisMinor: BigInt(row.then_basis_minor ?? 0) };
  return worth(then, BigInt(row.then_spent ?? 0)) - worth(lot, spent);
}

async function readLotsBefore(db: SqlRunner, taken: readonly Taken[]): Promise<Map<number, LotRow>> {
  if (taken.length === 0) return new Map();
  const rows: LotRow[] = await db.query(
    `select named.place::int - 1 as place, lot.currency, kept.seq, kept.amount, kept.basis_minor, kept.spent,
       behind.amount as then_amount, behind.basis_minor as then_basis_minor, behind.spent as then_spent
     from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as named (account_id, grant_id, seq, place)
     join grant_lots lot
       on lot.account_id = named.account_id and lot.grant_id = named.grant_id and lot.seq >= named.seq
     cross join lateral (
       select seq, amount, basis_minor, spent from lot_checkpoints
       where account_id = named.account_id and grant_id = named.grant_id and seq < named.seq
       order by seq desc limit 1) kept
     left join lot_checkpoints behind
       on behind.account_id = named.account_id and behind.grant_id = named.grant_id and behind.seq = named.seq`,
    [
      taken.map(({ entry }) => entry.accountId),
      taken.map(({ grantId }) => grantId),
      taken.map(({ entry }) => `${entry.seq}`),
    ],
  );
  return new Map(rows.map((row) => [row.place, row]));
}

/** What was spent of lots since they were kept, less what was given back, by places. Entries may be on shards. */
async function readSpentSince(
  db: SqlRunner,
  taken: readonly Taken[],
  lots: ReadonlyMap<number, LotRow>,
): Promise<Map<number, bigint>> {
  const named = taken.flatMap(({ entry, grantId }, place) => {
    const after = lots.get(place)?.seq;
    return after === undefined || BigInt(after) + 1n === entry.seq ? [] : [{ place, entry, grantId, after }];
  });
  if (named.length === 0) return new Map();
  const rows: { place: number; spent: string }[] = await db.query(SPENT_SINCE, [
    named.map(({ place }) => place),
    named.map(({ entry }) => entry.accountId),
    named.map(({ grantId }) => bytesOfGrant(grantId).toString('hex')),
    named.map(({ grantId }) => grantId),
    named.map(({ after }) => after),
    named.map(({ entry }) => `${entry.seq}`),
  ]);
  const since = new Map<number, bigint>();
  for (const { place, spent } of rows) since.set(place, (since.get(place) ?? 0n) + BigInt(spent));
  return since;
}

const NAMED = `unnest($1::int[], $2::text[], $3::uuid[], $4::text[], $5::bigint[], $6::bigint[])
  as named (place, account_id, grant_bytes, grant_id, after, before)`;
const BETWEEN = 'e.account_id = named.account_id and e.seq > named.after and e.seq < named.before';
const SPENT_SINCE = `
  select named.place, sum(case e.kind when 's' then 1 else -1 end * case when e.grant_ids is null then abs(e.amount)
      else e.grant_amounts[array_position(e.grant_ids, named.grant_bytes)] end)::text as spent
  from ${NAMED} join entry_rows e on ${BETWEEN}
  where e.kind in ('s', 'r') and (e.grant_id = named.grant_bytes or named.grant_bytes = any(e.grant_ids))
  group by named.place
  union all
  select named.place, sum(case e.kind when 'spend' then 1 else -1 end * (part ->> 'amount')::bigint)::text
  from ${NAMED} join entries_v1 e on ${BETWEEN} cross join lateral jsonb_array_elements(e.allocations) part
  where e.kind in ('spend', 'spend_reversal') and part ->> 'grantId' = named.grant_id
  group by named.place`;
