import type { TestScrip } from '../service/scrip.js';
import { deleteAccounts } from './forget-accounts.js';
import { whileOthersWork } from './while-others-work.js';

/** Empties books and sandbox, so that the next story of a file begins as the first one did, without another start. */
export async function forgetSales(scrip: TestScrip): Promise<void> {
  await whileOthersWork(async () => {
    await scrip.sql(`
      set local lock_timeout = '2s';
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
      delete from payment_links`);
    await deleteAccounts(scrip);
    await scrip.sandbox('/_sandbox/reset', {});
  });
}
