import { rowsToInsert, settings, type Variant, whereRowIs } from './variant.js';

/** Holds that are new, and those that have changed. Runs behind the lock of the accounts. */
export function writeHolds(variant: Variant): string {
  const rows = rowsToInsert(variant, {
    accounts: 'h_accounts',
    columns: 'id, amount, captured, status, expires, ended, key, created',
    from: `unnest(h_accounts, h_ids, h_amounts, h_captured, h_statuses, h_expires, h_ended, h_keys, h_created)
        as new (account, id, amount, captured, status, expires, ended, key, created)`,
  });
  return `
  create or replace function write_holds(h_accounts text[], h_ids text[], h_amounts bigint[], h_captured bigint[],
    h_statuses text[], h_expires timestamptz[], h_ended timestamptz[], h_keys text[], h_created timestamptz[],
    c_accounts text[], c_ids text[], c_captured bigint[], c_statuses text[], c_expires timestamptz[],
    c_ended timestamptz[])
  returns void language plpgsql volatile ${settings(variant)} as $$
  begin
    if cardinality(h_ids) > 0 then
      insert into holds (account_id, id, amount, captured, status, expires_at, ended_at, idempotency_key, created_at)
      ${rows};
    end if;
    if cardinality(c_ids) > 0 then
      update holds set captured = new.captured, status = new.status, expires_at = new.expires_at,
        ended_at = new.ended_at
      from unnest(c_accounts, c_ids, c_captured, c_statuses, c_expires, c_ended)
        as new (account_id, id, captured, status, expires_at, ended_at)
      ${whereRowIs(variant, {
        table: 'holds',
        accounts: 'c_accounts',
        conditions: ['account_id = new.account_id', 'id = new.id'],
      })};
    end if;
  end $$`;
}
