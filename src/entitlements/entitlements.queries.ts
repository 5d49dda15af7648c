import { Injectable } from '@nestjs/common';
import { accountOfId } from '../accounts/accounts.queries.js';
import { FREE_FEATURES } from '../catalog/catalog.queries.js';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { AccountNotFound } from '../ledger/ledger.problems.js';
import { type Entitlement, type StoredEntitlement, standingAt } from './entitlement.js';

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
  /** An account that exists has one row at least: without a feature when there is nothing to say. */
  query(sql: string, parameters: unknown[]): Promise<(StoredEntitlement | { feature: null })[]>;
}

/** What is stored of an account's features, with those that are free to all. @throws AccountNotFound */
async function readEntitlements(
  db: SqlRunner,
  accountId: string,
  feature: string | null,
): Promise<StoredEntitlement[]> {
  const rows = await db.query(
    `select standing.*
     from (${accountOfId('$1')}) account
     left join lateral (
       select feature, active, expires_at as "expiresAt", closed_at as "closedAt",
         jsonb_build_object('type', source_type, 'id', source_id) as source
       from entitlements
       where account_id = account.id
         and ($2::text is null or feature = $2)
       union all
       select feature, true, null, null, jsonb_build_object('type', 'free', 'id', product_key)
       from (${FREE_FEATURES}) free
       where $2::text is null or feature = $2
     ) standing on true`,
    [accountId, feature],
  );
  if (rows.length === 0) throw new AccountNotFound({ accountId });
  return rows.flatMap((row) => (row.feature === null ? [] : [row]));
}
