import type { Grant, Source } from '../book/model.js';
import { GRANT_COLUMNS, type GrantRow, toGrant } from '../book/rows.js';
import type { EntryFacts } from '../history/read-runs.js';
import type { SqlRunner } from '../sql-runner.js';
import type { Known } from './follow-lots.js';
import type { Lot } from './lot.js';
import { readLotsByGrant, readLotsByPurchase } from './lots.store.js';

/** The lots and grants of one account that its next entries may name. */
export class KnownLots implements Known {
  readonly lots = new Map<string, Lot>();
  private readonly lotsByPurchase = new Map<string, Lot[]>();
  private readonly grants = new Map<string, Grant>();
  private readonly grantsBySource = new Map<string, Grant[]>();

  lot(grantId: string): Lot | undefined {
    return this.lots.get(grantId);
  }

  lotsOf(purchase: Source): readonly Lot[] {
    return this.lotsByPurchase.get(textOf(purchase)) ?? [];
  }

  grant(id: string): Grant | undefined {
    return this.grants.get(id);
  }

  grantsOf(source: Source): readonly Grant[] {
    return this.grantsBySource.get(textOf(source)) ?? [];
  }

  add(lot: Lot): void {
    if (this.lots.has(lot.grantId)) return;
    this.lots.set(lot.grantId, lot);
    addTo(this.lotsByPurchase, lot.purchase, lot);
  }

  addGrant(grant: Grant): void {
    if (this.grants.has(grant.id)) return;
    this.grants.set(grant.id, grant);
    addTo(this.grantsBySource, grant.source, grant);
  }
}

function addTo<T>(bySource: Map<string, T[]>, source: Source, one: T): void {
  const known = bySource.get(textOf(source));
  if (known === undefined) bySource.set(textOf(source), [one]);
  else known.push(one);
}

function textOf({ type, id }: Source): string {
  return `${type}\0${id}`;
}

/** All that following these entries takes, by account. */
export async function readKnown(db: SqlRunner, entries: readonly EntryFacts[]): Promise<(accountId: string) => Known> {
  const byAccount = new Map<string, KnownLots>();
  const of = (accountId: string) => {
    const known = byAccount.get(accountId) ?? new KnownLots();
    byAccount.set(accountId, known);
    return known;
  };
  const ids = namedGrants(entries);
  const makers = entries.filter(isMaker);
  const purchases = makers.map(({ accountId, source }) => ({ accountId, ...source }));
  const lots = [...(await readLotsByGrant(db, ids)), ...(await readLotsByPurchase(db, purchases))];
  for (const { accountId, lot } of lots) of(accountId).add(lot);
  for (const row of await readGrants(db, entries)) of(row.account_id).addGrant(toGrant(row));
  return of;
}

/** Whether an entry may make a lot. */
function isMaker({ kind }: EntryFacts): boolean {
  return kind === 'grant' || kind === 'reinstatement';
}

function namedGrants(entries: readonly EntryFacts[]): { accountId: string; id: string }[] {
  const named = new Map<string, { accountId: string; id: string }>();
  for (const { accountId, allocations } of entries)
    for (const { grantId: id } of allocations) named.set(`${accountId} ${id}`, { accountId, id });
  return [...named.values()];
}

/** The grants of purchases that credits were granted for or came back of, and those that entries put credits into. */
export async function readGrants(db: SqlRunner, entries: readonly EntryFacts[]): Promise<GrantRow[]> {
  const makers = entries.filter(isMaker);
  if (makers.length === 0) return [];
  const ids = namedGrants(makers);
  return db.query(
    `select ${GRANT_COLUMNS} from grants
     where (account_id, id) in (select * from unnest($1::text[], $2::text[]))
     union all
     select ${GRANT_COLUMNS} from grants
     where (account_id, source_type, source_id) in (select * from unnest($3::text[], $4::text[], $5::text[]))`,
    [
      ids.map(({ accountId }) => accountId),
      ids.map(({ id }) => id),
      makers.map(({ accountId }) => accountId),
      makers.map(({ source }) => source.type),
      makers.map(({ source }) => source.id),
    ],
  );
}
