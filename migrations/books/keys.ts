import { onShard, rowsToInsert, settings, type Variant } from './variant.js';

/** Which of the tables whose rows keep keys are looked through: `entry_rows` those of spends, `holds` those of holds. */
type KeepsKeys = 'entry_rows' | 'holds';

/**
 * Whether one of these tables has a row that keeps one of the keys. To be asked behind the lock of the accounts, without
 * which no row takes a key. `digests` and `accounts` are arrays of uuid and text that belong together.
 */
export function areKept(
  variant: Variant,
  { tables, digests, accounts }: { tables: readonly KeepsKeys[]; digests: string; accounts: string },
): string {
  const inTable = (table: KeepsKeys) => `exists (
      select from unnest(${digests}) as asked (digest)
      cross join lateral (
        select from ${table} where key_digest = asked.digest
          ${onShard(variant, 'account_id', accounts)} limit 1) known)`;
  return tables.map(inTable).join(' or ');
}

/** Whether one of the keys was stored with its answer. To be asked as `areKept` is. */
export function areStored(variant: Variant, { digests, accounts }: { digests: string; accounts: string }): string {
  return `exists (
      select from unnest(${digests}, ${accounts}) as asked (digest, account)
      cross join lateral (
        select from idempotency_keys where key_digest = uuid_send(asked.digest) and account_id = asked.account
          ${onShard(variant, 'account_id', accounts)} limit 1) known)`;
}

export const REFUSE_KNOWN_KEY = "raise exception 'a key is known' using errcode = 'SC002'";

/** Runs behind the lock of the accounts. A key that a row keeps is looked for in every case. */
export function writeAnswers(variant: Variant): string {
  const rows = rowsToInsert(variant, {
    accounts: 'accounts',
    columns: 'new.digest, new.fingerprint, new.status, new.answer, at',
    from: `unnest(accounts, digests, fingerprints, statuses, answers)
      as new (account, digest, fingerprint, status, answer)`,
  });
  return `
  create or replace function write_answers(digests bytea[], accounts text[], fingerprints bytea[], statuses smallint[],
    answers json[], at timestamptz)
  returns void language plpgsql volatile ${settings(variant)} as $$
  declare
    kept uuid[] := array(select encode(digest, 'hex')::uuid from unnest(digests) as asked (digest));
  begin
    if ${areKept(variant, { tables: ['entry_rows', 'holds'], digests: 'kept', accounts: 'accounts' })} then
      ${REFUSE_KNOWN_KEY};
    end if;

    insert into idempotency_keys (account_id, key_digest, fingerprint, status, answer, recorded_at)
    ${rows};
  end $$`;
}

/**
 * For writes that are not the ledger's: makes requests with one key take turns until the transaction ends, then locks
 * the account's balance, without which no spend and no hold takes a key. Returns whether one has it.
 */
export function lockKey(variant: Variant): string {
  const ofAccount = variant.sharded ? ' and account_id = account' : '';
  return `
  create or replace function lock_key(digest bytea, account text)
  returns boolean language plpgsql volatile ${settings(variant)} as $$
  begin
    perform pg_advisory_xact_lock(('x' || encode(substr(digest, 1, 8), 'hex'))::bit(64)::bigint);
    perform from balances where account_id = account for no key update;
    return exists (select from entry_rows where key_digest = encode(digest, 'hex')::uuid${ofAccount})
      or exists (select from holds where key_digest = encode(digest, 'hex')::uuid${ofAccount});
  end $$`;
}
