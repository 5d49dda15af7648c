import type { TestScrip } from '../service/scrip.js';
import { whileOthersWork } from './while-others-work.js';

/**
 * Empties the books of a test database, so that the proof after the next of many runs need not read the ones before.
 */
export function forgetAccounts(scrip: TestScrip): Promise<void> {
  return whileOthersWork(() => deleteAccounts(scrip));
}

/**
 * The same, once: it fails where somebody has locked what it deletes. Statements that are sent together are one
 * transaction, which is over when one of them fails.
 */
export async function deleteAccounts(scrip: TestScrip): Promise<void> {
  await scrip.sql(`
    set local lock_timeout = '2s';
    alter table entries_v1 disable trigger user;
    alter table entry_rows disable trigger user;
    delete from idempotency_keys;
    delete from holds;
    delete from spends_v1;
    delete from grants;
    delete from entries_v1;
    delete from entry_rows;
    delete from balances;
    delete from former_customers;
    delete from accounts;
    alter table entries_v1 enable trigger user;
    alter table entry_rows enable trigger user`);
}
