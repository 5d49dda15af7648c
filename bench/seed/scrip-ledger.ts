import type pg from 'pg';
import { type EntryRow, entriesWhere, toEntry } from '../../src/ledger/book/entry-rows.js';
import { GENESIS_HASH, hashEntry } from '../../src/ledger/book/hash-chain.js';
import { CHAIN_FUNCTION } from './chain-function.js';

/** How many entries an account gets: two grants and, behind them, spends of one credit. */
export interface SeededAccount {
  readonly accountId: string;
  readonly entries: number;
}

/**
 * Fills an empty ledger by SQL with accounts that each hold a promotional grant that expires and a bought one, and with
 * a history of spends: entries with their chain of hashes, spends and idempotency keys, as the service would have
 * written them. Proves the chain of the account with the most entries before it returns.
 */
export async function seedScripLedger(client: pg.Client, accounts: readonly SeededAccount[]): Promise<void> {
  await client.query(CHAIN_FUNCTION);
  await client.query('create temporary table seed (account_id text collate "C", entries bigint)');
  await client.query('insert into seed select * from unnest($1::text[], $2::bigint[])', [
    accounts.map((account) => account.accountId),
    accounts.map((account) => account.entries),
  ]);
  // An index over random digests is built much faster at the end.
  await client.query('alter table idempotency_keys drop constraint pk_idempotency_keys');
  for (const statement of STATEMENTS) await client.query(statement);
  await client.query(
    'alter table idempotency_keys add constraint pk_idempotency_keys primary key (key_digest, account_id)',
  );
  await client.query('drop table seed');
  await client.query('vacuum analyze');
  await proveChain(client);
}

const STATEMENTS = [
  `insert into accounts (id, created_at, updated_at)
   select account_id, now(), now() from seed`,

  `insert into balances (account_id) select account_id from seed`,

  `insert into entries_v1 (account_id, seq, kind, amount, balance_before, balance_after, debt, source_type, source_id,
     allocations, effective_at, recorded_at, hash)
   select seed.account_id, e.seq, e.kind, e.amount, e.balance_before, e.balance_before + e.amount, 0, e.source_type,
     e.source_id, e.allocations, e.recorded_at, e.recorded_at, e.hash
   from seed cross join lateral bench_chain(seed.account_id, seed.entries) e`,

  `update balances
   set balance = e.balance_after, seq = e.seq, head_hash = e.hash, recorded_at = e.recorded_at, grants_made = 2
   from seed join entries e on e.account_id = seed.account_id and e.seq = seed.entries
   where balances.account_id = seed.account_id`,

  // The spends have all been taken from the promotional grant, which expires first.
  `insert into grants (account_id, id, ordinal, amount, remaining, category, status, effective_at, expires_at,
     source_type, source_id, created_at)
   select e.account_id, e.allocations -> 0 ->> 'grantId', e.seq, e.amount,
     e.amount - case when e.seq = 1 then seed.entries - 2 else 0 end,
     case when e.seq = 1 then 'promotional' else 'paid' end, 'active', e.effective_at,
     case when e.seq = 1 then now() + interval '1 year' end, e.source_type, e.source_id, e.recorded_at
   from seed join entries e on e.account_id = seed.account_id and e.seq <= 2`,

  `insert into spends_v1 (account_id, id, seq, amount, idempotency_key, recorded_at)
   select account_id, source_id, seq, -amount, 'seed-' || seq, recorded_at from entries where kind = 'spend'`,

  `insert into idempotency_keys (key_digest, account_id, fingerprint, status, answer, recorded_at)
   select substring(sha256(convert_to(account_id, 'UTF8') || '\\x00' || convert_to('seed-' || seq, 'UTF8')) for 16),
     account_id, hash, 201,
     json_build_object('id', source_id, 'accountId', account_id, 'amount', -amount, 'seq', seq,
       'allocations', allocations, 'holdId', null, 'description', null, 'metadata', '{}'::json,
       'createdAt', recorded_at, 'balance', balance_after,
       'available', balance_after),
     recorded_at
   from entries where kind = 'spend'`,
];

const PROVEN_ENTRIES = 5_000;

/** Checks that the SQL above hashes as the service does, on the first entries of the account that has the most. */
async function proveChain(client: pg.Client): Promise<void> {
  const { rows } = await client.query<EntryRow>(
    `${entriesWhere('account_id = (select account_id from balances order by seq desc limit 1)')}
     order by seq limit $1`,
    [PROVEN_ENTRIES],
  );
  let previous: Buffer = GENESIS_HASH;
  for (const row of rows) {
    const entry = toEntry(row);
    if (!hashEntry(previous, entry).equals(entry.hash))
      throw new Error(
        `The seeded entry ${entry.accountId}/${entry.seq} does not have the hash that the service would give it.`,
      );
    previous = entry.hash;
  }
}
