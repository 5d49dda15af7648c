import { rowsToInsert, settings, type Variant, whereRowIs } from './variant.js';

/** Grants that are new. Runs behind the lock of the accounts. */
export function writeGrants(variant: Variant): string {
  const columns = `id, ordinal, amount, remaining, debt_repaid, lapsed, category, priority, status, effective_at,
      expires_at, cost_basis_minor, cost_basis_currency, source_type, source_id, source_part, reason, actor, created_at`;
  const rows = rowsToInsert(variant, {
    accounts: 'accounts',
    columns: columns.replaceAll(/\w+/g, 'new.$&'),
    from: `unnest(accounts, ids, ordinals, amounts, remains, repaid, lapses, categories, priorities, statuses,
        effective, expires, cost_minor, cost_currencies, source_types, source_ids, source_parts, reasons, actors,
        created)
      as new (account, ${columns})`,
  });
  return `
  create or replace function write_grants(accounts text[], ids text[], ordinals bigint[], amounts bigint[],
    remains bigint[], repaid bigint[], lapses bigint[], categories text[], priorities smallint[],
    statuses text[], effective timestamptz[], expires timestamptz[], cost_minor bigint[], cost_currencies text[],
    source_types text[], source_ids text[], source_parts text[], reasons text[], actors text[], created timestamptz[])
  returns void language plpgsql volatile ${settings(variant)} as $$
  begin
    insert into grants (account_id, ${columns})
    ${rows};
  end $$`;
}

/** What `updateGrants` takes. */
export const CHANGED_GRANTS = `
    g_accounts text[], g_ids text[], g_remaining bigint[], g_debt_repaid bigint[], g_lapsed bigint[],
    g_statuses text[]`;

/** What becomes of grants that were there before, of accounts whose balances are stored (`storeBalances`). */
export function updateGrants(variant: Variant): string {
  return `
    if cardinality(g_accounts) > 0 then
      update grants set remaining = new.remaining, debt_repaid = new.debt_repaid, lapsed = new.lapsed,
        status = new.status
      from unnest(g_accounts, g_ids, g_remaining, g_debt_repaid, g_lapsed, g_statuses)
        as new (account_id, id, remaining, debt_repaid, lapsed, status)
      ${whereRowIs(variant, {
        table: 'grants',
        accounts: 'f_accounts',
        conditions: ['account_id = new.account_id', 'id = new.id'],
      })};
    end if;`;
}
