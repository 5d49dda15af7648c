import { UnseenQueries } from '../../src/reconciliation/books/unseen.queries.js';
import type { Reconciliation } from '../../src/reconciliation/reconciliation.js';
import { useScrip } from '../support/service/scrip.js';

/** Longer than other background work has for a statement. */
const SLOW_READ = `
  alter table disputes rename to disputes_at_rest;
  create view disputes as select * from disputes_at_rest where (select pg_sleep(17)) is not null`;

/** It takes its time, so it is a part of the soak. */
const inSoak = process.env.SCRIP_SOAK ? describe : describe.skip;

inSoak('a comparison with very large books', () => {
  const scrip = useScrip({ ROLE: 'api' });
  beforeAll(async () => {
    await scrip.sql(SLOW_READ);
  });

  it('reads for as long as it takes what Stripe has not listed', async () => {
    const run = { id: 'rcn_1', livemode: false, from: new Date(0), to: new Date(), cursor: null };
    const unseen = scrip.running.app.get(UnseenQueries).disputes(run as Reconciliation, 100);
    await expect(unseen).resolves.toEqual([]);
  });
});
