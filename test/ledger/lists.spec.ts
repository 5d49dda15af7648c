import { useScrip } from '../support/service/scrip.js';
import { type StoppedClock, stopClock } from '../support/service/stopped-clock.js';
import { openAccount, type TestAccount } from '../support/shop/account.js';

describe('lists of spends and holds', () => {
  const scrip = useScrip();
  let clock: StoppedClock;
  let ada: TestAccount;
  let bob: TestAccount;
  /** Oldest first. */
  const spends: string[] = [];
  const holds: string[] = [];
  let noon: Date;

  beforeAll(async () => {
    clock = stopClock(scrip.clock);
    ada = await openAccount(scrip);
    bob = await openAccount(scrip);
    await ada.grant(100);
    await bob.grant(100);
    for (const account of [ada, bob, ada]) {
      spends.push((await account.spend(1)).body.id);
      holds.push((await account.hold(1, 60)).body.id);
      clock.advance(1);
    }
    clock.advance(600);
    noon = clock.now();
    spends.push((await ada.spend(2, 'late', { description: 'the last' })).body.id);
    for (let more = 0; more < 3; more += 1) holds.push((await bob.hold(1, 60)).body.id);
    clock.advance(1);
    await bob.capture(holds[3] ?? '', 1);
    spends.push((await scrip.sql<{ id: string }>('select id from spends where hold_id = $1', [holds[3]]))[0]?.id ?? '');
    await bob.release(holds[4] ?? '');
  });

  const listed = async (path: string): Promise<string[]> =>
    (await scrip.call('GET', `/v1/${path}`)).body.data.map(({ id }: { id: string }) => id);
  const newest = (ids: string[], ...places: number[]) => places.map((place) => ids[place]);

  it('show all, newest first, a spend as its receipt', async () => {
    expect(await listed('spends')).toEqual([...spends].reverse());
    expect(await listed('holds')).toEqual([...holds].reverse());
    const { data } = (await scrip.call('GET', `/v1/spends?accountId=${ada.id}&limit=1`)).body;
    const receipt = await scrip.call('GET', `/v1/accounts/${ada.id}/spends/${spends[3]}`);
    expect(data).toEqual([receipt.body]);
  });

  it('show those of one account, and of a span of time', async () => {
    expect(await listed(`spends?accountId=${ada.id}`)).toEqual(newest(spends, 3, 2, 0));
    expect(await listed(`holds?accountId=${bob.id}&from=${noon.toISOString()}`)).toEqual(newest(holds, 5, 4, 3));
    expect(await listed(`spends?to=${noon.toISOString()}`)).toEqual(newest(spends, 2, 1, 0));
    expect(await listed(`spends?from=${noon.toISOString()}`)).toEqual(newest(spends, 4, 3));
    expect(await listed('spends?accountId=nobody')).toEqual([]);
  });

  it.each([
    ['active', [5]],
    ['released', [4]],
    ['captured', [3]],
    // Past their deadline, swept or not.
    ['expired', [2, 1, 0]],
  ])('show holds that are %s', async (status, places) => {
    expect(await listed(`holds?status=${status}`)).toEqual(newest(holds, ...places));
    const { data } = (await scrip.call('GET', `/v1/holds?status=${status}`)).body;
    for (const hold of data) expect(hold.status).toBe(status);
  });

  it.each([
    ['spends', spends],
    ['holds', holds],
  ])('page through %s by cursor, each once', async (path, all) => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await scrip.call('GET', `/v1/${path}?limit=2${query}`);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual([...all].reverse());
  });

  it.each([
    'spends?accountId=a%20b',
    'holds?status=lost',
    'spends?from=yesterday',
    'holds?cursor=x',
    'spends?status=x',
  ])('refuse %s', async (query) => {
    expect((await scrip.call('GET', `/v1/${query}`)).body.type).toBe('/problems/validation-failed');
  });

  it('are served by indexes', async () => {
    const plan = async (sql: string) =>
      JSON.stringify(await scrip.sql(`explain select * from ${sql} order by id desc limit 21`));
    await scrip.sql('set enable_seqscan = off');
    expect(await plan('spends_v1 where true')).toContain('ix_spends_newest');
    expect(await plan('spends_of_rows where recorded_at > now()')).toContain('ix_entry_rows_recorded');
    const ofAccount = `explain select * from spends_of_rows where account_id = 'ada' order by seq desc limit 21`;
    expect(JSON.stringify(await scrip.sql(ofAccount))).toContain('Index Scan Backward using pk_entry_rows');
    expect(await plan(`holds where status = 'captured' and created_at > now()`)).toContain('ix_holds_created');
    expect(await plan(`holds where status = 'released'`)).toContain('ix_holds_given_back');
    expect(await plan(`spends_v1 where account_id = 'ada'`)).toContain('pk_spends');
  });
});
