import { SqlState, sqlStateOf } from '../../../src/database/sql-state.js';
import type { TestScrip } from '../service/scrip.js';
import { forgetAccounts } from './forget-accounts.js';

const ATTEMPTS = 5;

/** Empties books and sandbox, so that the next story of a file begins as the first one did, without another start. */
export async function forgetSales(scrip: TestScrip): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await forget(scrip);
      return;
    } catch (error) {
      // A job that ends just now locks in another order than this does.
      if (attempt === ATTEMPTS || sqlStateOf(error) !== SqlState.deadlockDetected) throw error;
    }
  }
}

async function forget(scrip: TestScrip): Promise<void> {
  await scrip.sql(`
    begin;
    delete from graphile_worker._private_jobs where key is not null;
    delete from reconciliation_sightings;
    delete from reconciliation_events;
    delete from reconciliation_findings;
    delete from reconciliations;
    delete from stripe_events;
    delete from parked_facts;
    delete from fraud_warnings;
    delete from disputes;
    delete from refunds;
    delete from orders;
    delete from parked_payments;
    delete from payment_links;
    commit`);
  await forgetAccounts(scrip);
  await scrip.sandbox('/_sandbox/reset', {});
}
