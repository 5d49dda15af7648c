import { POSTED } from '../1795219200550-create-book-functions.js';
import { BALANCES, storeBalances } from './store-balances.js';
import { rowsToInsert, settings, type Variant, whereRowIs } from './variant.js';
import { updateGrants } from './write-grants.js';

const ENTRY_COLUMNS = `seq, kind, amount, balance_before, balance_after, debt, source_type, source_id, allocations,
      reason, actor, effective_at, recorded_at, hash`;
const SPEND_COLUMNS = 'id, seq, amount, reversed, hold_id, description, metadata, idempotency_key, recorded_at';

function ofNew(columns: string): string {
  return columns.replaceAll(/\w+/g, 'new.$&');
}

/** The form of the version before: an entry, a spend and a key are a row each. */
export function writeThreeRows(variant: Variant): string {
  const entries = rowsToInsert(variant, {
    accounts: 'f_accounts',
    columns: ofNew(ENTRY_COLUMNS),
    from: `unnest(e_accounts, e_seqs, e_kinds, e_amounts, e_before, e_after, e_debts, e_source_types, e_source_ids,
        e_allocations, e_reasons, e_actors, e_effective, e_recorded, e_hashes)
      as new (account, ${ENTRY_COLUMNS})`,
  });
  const spends = rowsToInsert(variant, {
    accounts: 'f_accounts',
    columns: ofNew(SPEND_COLUMNS),
    from: `unnest(s_accounts, s_ids, s_seqs, s_amounts, s_reversed, s_holds, s_descriptions, s_metadata, s_keys,
        s_recorded)
      as new (account, ${SPEND_COLUMNS})`,
  });
  return `
  create or replace function write_books(${BALANCES},${POSTED})
  returns void language plpgsql volatile ${settings(variant)} as $$
  declare
    written bigint;
  begin
    ${storeBalances(variant, { isCounted: false })}
    if cardinality(e_accounts) > 0 then
      insert into entries_v1 (account_id, ${ENTRY_COLUMNS})
      ${entries};
    end if;
    ${updateGrants(variant)}
    if cardinality(s_accounts) > 0 then
      insert into spends_v1 (account_id, ${SPEND_COLUMNS})
      ${spends};
    end if;
  end $$`;
}

/** What was given back of spends of that form. Of the others it is the sum of the entries that did it. */
export function writeReversed(variant: Variant): string {
  return `
  create or replace function write_reversed(accounts text[], ids text[], sums bigint[])
  returns void language plpgsql volatile ${settings(variant)} as $$
  begin
    update spends_v1 set reversed = new.reversed
    from unnest(accounts, ids, sums) as new (account_id, id, reversed)
    ${whereRowIs(variant, {
      table: 'spends_v1',
      accounts: 'accounts',
      conditions: ['account_id = new.account_id', 'id = new.id'],
    })};
  end $$`;
}
