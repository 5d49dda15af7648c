import pg from 'pg';
import type { TestScrip } from '../service/scrip.js';
import { whileOthersWork } from './while-others-work.js';

const FORGET = [
  'begin',
  `set local lock_timeout = '2s'`,
  // For books that are on a cluster: elsewhere these say nothing.
  'set local citus.enable_unsafe_triggers = on',
  `set local citus.multi_shard_modify_mode = 'sequential'`,
  'alter table entries_v1 disable trigger user',
  'alter table entry_rows disable trigger user',
  ...[
    ...['usage_counters', 'usage_remainders', 'usage_inclusions', 'ledger_events', 'crossed_marks'],
    ...['idempotency_keys', 'holds', 'spends_v1', 'grants', 'entries_v1', 'entry_rows', 'balances'],
  ].map((table) => `delete from ${table}`),
  ...[
    ...['followed_accounts', 'usage_quarters', 'usage_days', 'usage_dimension_days', 'usage_totals'],
    ...['grant_lots', 'lot_checkpoints', 'money_changes', 'purchase_standings', 'revenue_quarters', 'revenue_totals'],
  ].map((table) => `delete from ${table}`),
  ...['voucher_wrong_codes', 'voucher_redemptions', 'voucher_codes', 'vouchers'].map((table) => `delete from ${table}`),
  'delete from former_customers',
  'delete from alerts where account_id is not null',
  'delete from accounts',
  'alter table entries_v1 enable trigger user',
  'alter table entry_rows enable trigger user',
  'commit',
];

/**
 * Empties the books of a test database, so that the proof after the next of many runs need not read the ones before.
 */
export function forgetAccounts(scrip: TestScrip): Promise<void> {
  return whileOthersWork(() => deleteAccounts(scrip));
}

/** The same, once: it fails where somebody has locked what it deletes. */
export async function deleteAccounts(scrip: TestScrip): Promise<void> {
  const client = new pg.Client({ connectionString: scrip.running.runtime.databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const statement of FORGET) await client.query(statement);
  } finally {
    await client.end();
  }
}
