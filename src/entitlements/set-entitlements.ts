import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { RecordDomainEvent } from '../outbox/record-domain-event.js';
import type { EntitlementSource } from './entitlement.js';
import { closedEvent, openedEvent } from './entitlements.events.js';

export interface SetEntitlementsCommand {
  accountId: string;
  source: EntitlementSource & { type: 'subscription' | 'order' };
  /** All that the source opens now, each with the product that opens it: what is not among it is closed. */
  open: readonly { feature: string; productKey: string; expiresAt: Date | null }[];
}

interface OpenedRow {
  feature: string;
  expires_at: Date | null;
}

interface ClosedRow {
  feature: string;
  closed_at: Date;
}

/**
 * Brings what a source opens up to what is said. The caller holds the lock of the account, so that two of these take
 * turns. Tells what is opened by it now, and what is no more.
 */
@Injectable()
export class SetEntitlements {
  constructor(
    private readonly clock: Clock,
    private readonly record: RecordDomainEvent,
  ) {}

  async run(tx: Tx, { accountId, source, open }: SetEntitlementsCommand): Promise<void> {
    const now = this.clock.now();
    const features = open.map(({ feature }) => feature);
    const opened: OpenedRow[] = await tx.query(
      `with open_before as materialized (
         select feature
         from entitlements
         where account_id = $1
           and source_type = $2
           and source_id = $3
           and active
       ),
       written as (
         insert into entitlements (account_id, feature, source_type, source_id, product_key, active, expires_at,
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
            or entitlements.product_key <> excluded.product_key
         returning feature, expires_at
       )
       select feature, expires_at
       from written
       where feature not in (select feature from open_before)
       order by feature`,
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
    const closed: ClosedRow[] = await tx.query(
      `with closed as (
         update entitlements
         set active = false,
             closed_at = least(expires_at, $5),
             updated_at = $5
         where account_id = $1
           and source_type = $2
           and source_id = $3
           and active
           and feature <> all($4::text[])
         returning feature, closed_at
       )
       select feature, closed_at
       from closed
       order by feature`,
      [accountId, source.type, source.id, features, now],
    );
    await this.record.runAll(tx, [
      ...closed.map(({ feature, closed_at: expiresAt }) => closedEvent(accountId, { feature, expiresAt, source })),
      ...opened.map(({ feature, expires_at: expiresAt }) => openedEvent(accountId, { feature, expiresAt, source })),
    ]);
  }
}
