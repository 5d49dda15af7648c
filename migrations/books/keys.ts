import { onShard, rowsToInsert, settings, type Variant } from './variant.js';

/** Runs behind the lock of the accounts. A key that a spend's own row holds is looked for in every case. */
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
  begin
    if exists (
      select from unnest(digests) as asked (digest)
      cross join lateral (
        select from entry_rows where key_digest = encode(asked.digest, 'hex')::uuid
          ${onShard(variant, 'account_id', 'accounts')} limit 1) known
    ) then
      raise exception 'a key is known' using errcode = 'SC002';
    end if;

    insert into idempotency_keys (account_id, key_digest, fingerprint, status, answer, recorded_at)
    ${rows};
  end $$`;
}

/**
 * For writes that are not the ledger's: makes requests with one key take turns until the transaction ends, then locks
 * the account's balance, without which no spend takes a key. Returns whether one has it.
 */
export function lockKey(variant: Variant): string {
  return `
  create or replace function lock_key(digest bytea, account text)
  returns boolean language plpgsql volatile ${settings(variant)} as $$
  begin
    perform pg_advisory_xact_lock(('x' || encode(substr(digest, 1, 8), 'hex'))::bit(64)::bigint);
    perform from balances where account_id = account for no key update;
    return exists (
      select from entry_rows
      where key_digest = encode(digest, 'hex')::uuid${variant.sharded ? ' and account_id = account' : ''});
  end $$`;
}
