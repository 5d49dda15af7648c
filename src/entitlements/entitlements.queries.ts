import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { type Entitlement, type EntitlementSource, type StoredEntitlement, standingAt } from './entitlement.js';

/** A row of an account that exists; without a feature when there is nothing to say. */
interface EntitlementRow {
  feature: string | null;
  active: boolean;
  expires_at: Date | null;
  closed_at: Date | null;
  source_type: EntitlementSource['type'];
  source_id: string;
}

@Injectable()
export class EntitlementsQueries {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** All that an account may use or once could, by name. @throws AccountNotFound */
  async list(accountId: string): Promise<Entitlement[]> {
    const stored = await this.read(accountId, null);
    return standingAt(stored, this.clock.now()).sort((a, b) => (a.feature < b.feature ? -1 : 1));
  }

  /** One feature, in one query by key; undefined when the account never had it. @throws AccountNotFound */
  async find(accountId: string, feature: string): Promise<Entitlement | undefined> {
    return standingAt(await this.read(accountId, feature), this.clock.now())[0];
  }

  private read(accountId: string, feature: string | null): Promise<StoredEntitlement[]> {
    return readEntitlements(this.database, accountId, feature);
  }
}

/** Whether the account may use all of these, however it got them. */
export async function hasFeatures(
  tx: SqlRunner,
  { accountId, features, now }: { accountId: string; features: readonly string[]; now: Date },
): Promise<boolean> {
  const open = standingAt(await readEntitlements(tx, accountId, null), now).filter(({ active }) => active);
  return features.every((feature) => open.some((entitlement) => entitlement.feature === feature));
}

/** Whatever runs SQL: a transaction, or the pool for reads. */
interface SqlRunner {
  query(sql: string, parameters: unknown[]): Promise<EntitlementRow[]>;
}

/** The free tier is what feature products open that are on sale and cost nothing. @throws AccountNotFound */
async function readEntitlements(
  db: SqlRunner,
  accountId: string,
  feature: string | null,
): Promise<StoredEntitlement[]> {
  const rows = await db.query(
    `select standing.*
     from accounts
     left join lateral (
       select feature, active, expires_at, closed_at, source_type, source_id
       from entitlements
       where account_id = accounts.id
         and ($2::text is null or feature = $2)
       union all
       select opened.feature, true, null, null, 'free', products.key
       from products
       cross join lateral unnest(case when features = '{}' then array[key] else features end) opened (feature)
       where kind = 'feature'
         and products.active
         and ($2::text is null or opened.feature = $2)
         and not exists (select from product_prices where product_key = products.key)
     ) standing on true
     where accounts.id = $1`,
    [accountId, feature],
  );
  if (rows.length === 0) throw new AccountNotFound({ accountId });
  return rows.flatMap(toStored);
}

function toStored(row: EntitlementRow): StoredEntitlement[] {
  if (row.feature === null) return [];
  const { feature, active, expires_at: expiresAt, closed_at: closedAt } = row;
  return [{ feature, active, expiresAt, closedAt, source: { type: row.source_type, id: row.source_id } }];
}
