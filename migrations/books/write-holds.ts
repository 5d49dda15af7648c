import { areKept, areStored, REFUSE_KNOWN_KEY } from './keys.js';
import { rowsToInsert, settings, type Variant, whereRowIs } from './variant.js';

/** What is kept of a hold by lines, and what was captured beyond a hold. */
const USAGE = {
  new: 'h_lines json[], h_reserved json[], h_overage bigint[]',
  changed: 'c_overage bigint[], c_reserved json[]',
};
const NEW = `h_accounts text[], h_ids text[], h_amounts bigint[], h_captured bigint[],
    h_statuses text[], h_expires timestamptz[], h_ended timestamptz[], h_keys text[], h_created timestamptz[]`;
const CHANGED = `c_accounts text[], c_ids text[], c_captured bigint[], c_statuses text[], c_expires timestamptz[],
    c_ended timestamptz[]`;

function updateHolds(variant: Variant, { keepsLines }: { keepsLines: boolean }): string {
  const lines = (text: string) => (keepsLines ? `, ${text}` : '');
  return `
    if cardinality(c_ids) > 0 then
      update holds set captured = new.captured, status = new.status, expires_at = new.expires_at,
        ended_at = new.ended_at${lines('overage = new.overage, reserved = new.reserved')}
      from unnest(c_accounts, c_ids, c_captured, c_statuses, c_expires, c_ended${lines('c_overage, c_reserved')})
        as new (account_id, id, captured, status, expires_at, ended_at${lines('overage, reserved')})
      ${whereRowIs(variant, {
        table: 'holds',
        accounts: 'c_accounts',
        conditions: ['account_id = new.account_id', 'id = new.id'],
      })};
    end if;`;
}

function writeRows(variant: Variant, { keepsLines }: { keepsLines: boolean }): string {
  const lines = (text: string) => (keepsLines ? `, ${text}` : '');
  const rows = rowsToInsert(variant, {
    accounts: 'h_accounts',
    columns: `id, amount, captured, status, expires, ended, key, created, digest, asked${lines('lines, reserved, over')}`,
    from: `unnest(h_accounts, h_ids, h_amounts, h_captured, h_statuses, h_expires, h_ended, h_keys, h_created, h_digests,
          h_asked${lines('h_lines, h_reserved, h_overage')})
        as new (account, id, amount, captured, status, expires, ended, key, created, digest,
          asked${lines('lines, reserved, over')})`,
  });
  return `
  create or replace function write_holds(are_unread boolean, ${NEW}, h_digests uuid[],
    h_asked bigint[]${lines(USAGE.new)}, ${CHANGED}${lines(USAGE.changed)})
  returns void language plpgsql volatile ${settings(variant)} as $$
  begin
    if are_unread and cardinality(h_digests) > 0 and (
      ${areStored(variant, { digests: 'h_digests', accounts: 'h_accounts' })}
      or ${areKept(variant, { tables: ['entry_rows'], digests: 'h_digests', accounts: 'h_accounts' })}
    ) then
      ${REFUSE_KNOWN_KEY};
    end if;

    if cardinality(h_ids) > 0 then
      insert into holds (account_id, id, amount, captured, status, expires_at, ended_at, idempotency_key, created_at,
        key_digest, asked_seconds${lines('lines, reserved, overage')})
      ${rows};
    end if;${updateHolds(variant, { keepsLines })}
  end $$`;
}

/**
 * Holds that are new, with the keys that their rows keep, and those that have changed. Runs behind the lock of the
 * accounts. Who has not read the keys under it (`are_unread`) must not take one that another command has used.
 */
export function writeHolds(variant: Variant): string {
  return writeRows(variant, { keepsLines: true });
}

/** As the version before calls it, which knows no lines: what the end of a hold leaves reserved, others give back. */
export function writeHoldsWithoutLines(variant: Variant): string {
  return writeRows(variant, { keepsLines: false });
}

/** As the version before that calls it, which stores the keys of holds with their answers. */
export function writeHoldsBefore(variant: Variant): string {
  const rows = rowsToInsert(variant, {
    accounts: 'h_accounts',
    columns: 'id, amount, captured, status, expires, ended, key, created',
    from: `unnest(h_accounts, h_ids, h_amounts, h_captured, h_statuses, h_expires, h_ended, h_keys, h_created)
        as new (account, id, amount, captured, status, expires, ended, key, created)`,
  });
  return `
  create or replace function write_holds(${NEW}, ${CHANGED})
  returns void language plpgsql volatile ${settings(variant)} as $$
  begin
    if cardinality(h_ids) > 0 then
      insert into holds (account_id, id, amount, captured, status, expires_at, ended_at, idempotency_key, created_at)
      ${rows};
    end if;${updateHolds(variant, { keepsLines: false })}
  end $$`;
}
