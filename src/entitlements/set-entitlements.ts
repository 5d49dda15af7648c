import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import type { EntitlementSource } from './entitlement.js';

export interface SetEntitlementsCommand {
  accountId: string;
  source: EntitlementSource & { type: 'subscription' | 'order' };
  /** All that the source opens now, each with the product that opens it: what is not among it is closed. */
  open: readonly { feature: string; productKey: string; expiresAt: Date | null }[];
}

/**
 * Brings what a source opens up to what is said. The caller holds the lock of the account, so that two of these take
 * turns.
 */
@Injectable()
export class SetEntitlements {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, { accountId, source, open }: SetEntitlementsCommand): Promise<void> {
    const now = this.clock.now();
    const features = open.map(({ feature }) => feature);
    await tx.query(
      `insert into entitlements (account_id, feature, source_type, source_id, product_key, active, expires_at,
         opened_at, updated_at)
       select $1, feature, $2, $3, product_key, true, expires_at, $7, $7
       from unnest($4::text[], $5::text[], $6::timestamptz[]) opened (feature, product_key, expires_at)
       on conflict (account_id, feature, source_type, source_id) do update
       set product_key = excluded.product_key,
           active = true,
           expires_at = excluded.expires_at,
           opened_at = case when entitlements.active then entitlements.opened_at else excluded.opened_at end,
           closed_at = null,
           updated_at = excluded.updated_at
       where not entitlements.active
          or entitlements.expires_at is distinct from excluded.expires_at
          or entitlements.product_key <> excluded.product_key`,
      [
        accountId,
        source.type,
        source.id,
        features,
        open.map(({ productKey }) => productKey),
        open.map(({ expiresAt }) => expiresAt),
        now,
      ],
    );
    await tx.query(
      `update entitlements
       set active = false,
           closed_at = least(expires_at, $5),
           updated_at = $5
       where account_id = $1
         and source_type = $2
         and source_id = $3
         and active
         and feature <> all($4::text[])`,
      [accountId, source.type, source.id, features, now],
    );
  }
}
