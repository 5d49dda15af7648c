import { eventually } from '../support/eventually.js';
import { startTestScrip, useScrip } from '../support/service/scrip.js';
import { everythingIsHeard } from '../support/shop/bank.js';
import { anAccount, boughtPack } from '../support/shop/shop.js';

const scrip = useScrip({ RECONCILE_SETTLE_SECONDS: '0', CHECK_BOOKS_CRON: '*/7 * * * *' }, { breaksBooks: true });

/** What the clock does at a time of its schedule, as the job queue does it. */
async function theClockStrikes(task: string, ts: string): Promise<void> {
  const payload = JSON.stringify({ _cron: { ts, backfilled: false } });
  await scrip.sql('select graphile_worker.add_job($1, $2::json)', [task, payload]);
  await eventually(
    () => scrip.sql('select 1 from graphile_worker.jobs where task_identifier = $1', [task]),
    (waiting) => waiting.length === 0,
  );
}

describe('by the clock', () => {
  it('both are known to the job queue', async () => {
    const known = await eventually(
      () => scrip.sql('select identifier from graphile_worker._private_known_crontabs order by identifier'),
      (rows) => rows.length === 2,
    );
    expect(known).toEqual([{ identifier: 'check-books-on-schedule' }, { identifier: 'reconcile-on-schedule' }]);
  });

  it('the books are compared with Stripe, once for each time and without repairs', async () => {
    await boughtPack(scrip, await anAccount(scrip));
    await everythingIsHeard(scrip);
    await Promise.all([1, 2].map(() => theClockStrikes('reconcile-on-schedule', '2026-11-21T03:00:00.000Z')));
    const [run, ...others] = await eventually(
      () => scrip.sql(`select id, status, origin, repair, checked from reconciliations where status = 'done'`),
      (runs) => runs.length > 0,
    );
    expect(run).toMatchObject({ origin: 'schedule', repair: false, checked: { payments: 1 } });
    expect(others).toEqual([]);
    await theClockStrikes('reconcile-on-schedule', '2026-11-22T03:00:00.000Z');
    expect(await scrip.sql('select id from reconciliations')).toHaveLength(2);
  });

  it('the books are proven, and what was found is kept', async () => {
    await theClockStrikes('check-books-on-schedule', '2026-11-21T03:30:00.000Z');
    await theClockStrikes('check-books-on-schedule', '2026-11-21T03:30:00.000Z');
    await scrip.sql('update balances set balance = balance + 1');
    await theClockStrikes('check-books-on-schedule', '2026-11-22T03:30:00.000Z');
    const kept = await scrip.sql(
      'select accounts::int, entries::int, finding_count > 0 as broken, findings from book_checks order by ' +
        'scheduled_at',
    );
    expect(kept).toEqual([
      { accounts: 1, entries: 1, broken: false, findings: [] },
      {
        accounts: 1,
        entries: 1,
        broken: true,
        findings: expect.arrayContaining([expect.objectContaining({ rule: 'balance-is-sum-of-entries' })]),
      },
    ]);
  });
});

it('nothing begins by itself when both schedules are off', async () => {
  const quiet = await startTestScrip({ RECONCILE_CRON: 'off', CHECK_BOOKS_CRON: 'off' });
  expect(await quiet.sql('select identifier from graphile_worker._private_known_crontabs')).toEqual([]);
  await quiet.close();
});
