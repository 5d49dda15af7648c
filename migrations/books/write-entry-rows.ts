import { areKept, areStored, REFUSE_KNOWN_KEY } from './keys.js';
import { BALANCES, storeBalances } from './store-balances.js';
import { rowsToInsert, settings, type Variant } from './variant.js';
import { CHANGED_GRANTS, updateGrants } from './write-grants.js';

const ENTRIES = `
    e_accounts text[], e_seqs bigint[], e_kinds text[], e_amounts bigint[], e_after bigint[], e_recorded timestamptz[],
    e_hashes bytea[], e_grants uuid[], e_salts bigint[], e_digests uuid[], e_keys text[], e_held bigint[],
    e_debts bigint[], e_effective timestamptz[], e_grant_lists text[], e_amount_lists text[], e_source_types text[],
    e_source_ids text[], e_holds text[], e_descriptions text[], e_metadata json[], e_reasons text[], e_actors text[]`;
const ARGUMENTS = `are_unread boolean,${BALANCES},
    f_holds_changed bigint[], b_holds_changed bigint[],${ENTRIES},${CHANGED_GRANTS}`;

/**
 * An entry is one row, which holds the key of a spend as well, and so does that of most captures (`answer_form`). Who has
 * not read the keys under the lock (`are_unread`) must not take one that another command has used: they are looked for
 * behind the lock of the accounts.
 */
function writeRows(variant: Variant, { keepsLines }: { keepsLines: boolean }): string {
  const lines = (text: string) => (keepsLines ? `, ${text}` : '');
  const rows = rowsToInsert(variant, {
    accounts: 'f_accounts',
    columns: `new.seq, kind::"char", amount, after, recorded, hash, of_grant, salt, digest, key, new.held, debt, effective,
      grant_list::uuid[], amount_list::bigint[], source_type, source_id, hold, description, metadata, reason, actor,
      form${lines('new.lines')}`,
    from: `unnest(e_accounts, e_seqs, e_kinds, e_amounts, e_after, e_recorded, e_hashes, e_grants, e_salts, e_digests,
        e_keys, e_held, e_debts, e_effective, e_grant_lists, e_amount_lists, e_source_types, e_source_ids, e_holds,
        e_descriptions, e_metadata, e_reasons, e_actors, e_forms${lines('e_lines')})
      as new (account, seq, kind, amount, after, recorded, hash, of_grant, salt, digest, key, held, debt, effective,
        grant_list, amount_list, source_type, source_id, hold, description, metadata, reason, actor,
        form${lines('lines')})`,
  });
  return `
  create or replace function write_entry_rows(${ARGUMENTS}, e_forms smallint[]${lines('e_lines json[], b_usages json[]')})
  returns void language plpgsql volatile ${settings(variant)} as $$
  declare
    written bigint;
  begin
    ${storeBalances(variant, { isCounted: true, keepsUsage: keepsLines })}

    if are_unread and cardinality(e_accounts) > 0 and (
      ${areStored(variant, { digests: 'e_digests', accounts: 'e_accounts' })}
      or ${areKept(variant, { tables: ['holds'], digests: 'e_digests', accounts: 'e_accounts' })}
    ) then
      ${REFUSE_KNOWN_KEY};
    end if;

    if cardinality(e_accounts) > 0 then
      insert into entry_rows (account_id, seq, kind, amount, balance_after, recorded_at, hash, grant_id, salt,
        key_digest, idempotency_key, held, debt, effective_at, grant_ids, grant_amounts, source_type, source_id,
        hold_id, description, metadata, reason, actor, answer_form${lines('lines')})
      ${rows};
    end if;
    ${updateGrants(variant)}
  end $$`;
}

export function writeEntryRows(variant: Variant): string {
  return writeRows(variant, { keepsLines: true });
}

/** As the version before calls it, which knows no lines. */
export function writeEntryRowsWithoutLines(variant: Variant): string {
  return writeRows(variant, { keepsLines: false });
}

/** As the version before that calls it, which knows no keys of holds: those are looked for in every case. */
export function writeEntryRowsBefore(variant: Variant): string {
  const names = [...ARGUMENTS.matchAll(/(\w+) \w+(?:\[\])?(?:,|$)/g)].map(([, name]) => name);
  return `
  create or replace function write_entry_rows(${ARGUMENTS})
  returns void language plpgsql volatile ${settings(variant)} as $$
  begin
    perform write_entry_rows(${names.join(', ')}, '{}'::smallint[]);
    if cardinality(e_accounts) > 0
      and ${areKept(variant, { tables: ['holds'], digests: 'e_digests', accounts: 'e_accounts' })} then
      ${REFUSE_KNOWN_KEY};
    end if;
  end $$`;
}
