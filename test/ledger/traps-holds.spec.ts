import { LedgerSweep } from '../../src/ledger/sweep.js';
import { useScrip } from '../support/service/scrip.js';
import { type StoppedClock, stopClock } from '../support/service/stopped-clock.js';
import { openAccount, outcomeOf, type TestAccount } from '../support/shop/account.js';

/** How other systems leaked holds or settled them wrongly. Each test names where it happened. */
describe('leaked or wrong holds', () => {
  const scrip = useScrip();
  let clock: StoppedClock;
  let account: TestAccount;
  const sweep = () => scrip.running.app.get(LedgerSweep).run();

  beforeAll(async () => {
    clock = stopClock(scrip.clock);
  });
  beforeEach(async () => {
    account = await openAccount(scrip);
    await account.grant(10);
  });
  afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

  it('a job that fails never keeps its hold: credits are free at its deadline, unswept (new-api 4429)', async () => {
    const hold = (await account.hold(10, 60)).body;
    clock.advance(59.999);
    expect(await account.standing()).toEqual({ balance: 10, held: 10, available: 0 });

    clock.advance(0.001);
    expect(await account.standing()).toEqual({ balance: 10, held: 0, available: 10 });
    expect((await account.holdNow(hold.id)).body.status).toBe('expired');
    expect(outcomeOf(await account.spend(10))).toBe('accepted');
  });

  it('a job that fails never keeps its hold: the sweep writes its end at its deadline (new-api 4429)', async () => {
    const hold = (await account.hold(4, 60)).body;
    clock.advance(300);
    await sweep();
    const [row] = await scrip.sql<{ status: string; ended_at: Date }>(
      'select status, ended_at from holds where id = $1',
      [hold.id],
    );
    expect(row).toEqual({ status: 'expired', ended_at: new Date(hold.expiresAt) });
    expect(await account.entries()).toEqual(['grant +10']);
  });

  it('what a final capture gives back is not offered when its time is over', async () => {
    const expiresAt = new Date(clock.now().getTime() + 60_000).toISOString();
    await account.grant(6, { expiresAt });
    const hold = (await account.hold(16, 600)).body;
    clock.advance(61);
    const { body } = await account.capture(hold.id, 4);
    expect({ balance: body.balance, available: body.available }).toEqual({ balance: 10, available: 10 });
    expect(await account.standing()).toEqual({ balance: 10, held: 0, available: 10 });
  });

  it('a job that knows it failed gives its hold back at once (new-api 4429)', async () => {
    const hold = (await account.hold(10, 60)).body;
    expect((await account.release(hold.id)).body).toMatchObject({ status: 'released', captured: 0 });
    expect(await account.standing()).toEqual({ balance: 10, held: 0, available: 10 });
  });

  it('a release and an extension without a key are written like any other (new-api 4429)', async () => {
    const kept = (await account.hold(4, 60)).body.id;
    const failed = (await account.hold(6, 60)).body.id;
    const path = `/v1/accounts/${account.id}/holds`;

    const extended = await scrip.call('POST', `${path}/${kept}/extend`, { expiresInSeconds: 600 });
    const released = await scrip.call('POST', `${path}/${failed}/release`);
    clock.advance(120);

    expect([extended.body.status, released.body.status]).toEqual(['active', 'released']);
    expect((await account.holdNow(kept)).body).toEqual(extended.body);
    expect((await account.holdNow(failed)).body).toEqual(released.body);
    expect(await account.standing()).toEqual({ balance: 10, held: 4, available: 6 });
  });

  it.each([
    ['released', 'hold-already-released', (hold: string) => account.release(hold)],
    ['captured', 'hold-already-captured', (hold: string) => account.capture(hold, 1)],
    ['expired', 'hold-already-expired', async () => clock.advance(60)],
  ])('a %s hold cannot be captured, released or extended (blnk 182)', async (_status, problem, end) => {
    const hold = (await account.hold(6, 60)).body.id;
    await end(hold);
    const before = [await account.standing(), await account.entries()];

    for (const again of [account.capture(hold, 1), account.release(hold), account.extend(hold, 60)])
      expect(outcomeOf(await again)).toBe(problem);
    expect([await account.standing(), await account.entries()]).toEqual(before);
  });

  it('a hold that was refused is no hold: there is nothing to capture (blnk 182)', async () => {
    const refused = await account.hold(11);
    expect(refused.status).toBe(402);
    expect(refused.body.id).toBeUndefined();
    expect(outcomeOf(await account.capture('hld_00000000000000000000000000', 1))).toBe('hold-not-found');
    expect(await scrip.sql('select from holds where account_id = $1', [account.id])).toEqual([]);
  });

  it('a hold of one account cannot be captured by another (blnk 182)', async () => {
    const hold = (await account.hold(6)).body.id;
    const other = await openAccount(scrip);
    await other.grant(10);
    expect(outcomeOf(await other.capture(hold, 1))).toBe('hold-not-found');
    expect(await other.standing()).toEqual({ balance: 10, held: 0, available: 10 });
  });

  it('a stale sweep does not charge: an ended render is free, however late it is swept (eliza PR 11963)', async () => {
    await account.hold(10, 60);
    clock.advance(86_400);
    await sweep();
    await sweep();
    expect(await account.standing()).toEqual({ balance: 10, held: 0, available: 10 });
    expect(await account.entries()).toEqual(['grant +10']);
  });

  it('a stale sweep does not charge: what was captured stays, only the rest comes back (eliza PR 11963)', async () => {
    const hold = (await account.hold(10, 60)).body.id;
    await account.capture(hold, 3, { final: false });
    clock.advance(60);
    await sweep();
    expect(await account.standing()).toEqual({ balance: 7, held: 0, available: 7 });
    expect(await account.entries()).toEqual(['grant +10', 'spend -3']);
    expect((await account.holdNow(hold)).body).toMatchObject({ status: 'expired', captured: 3 });
  });

  it('a capture takes at most what is still held (eliza 22681)', async () => {
    const hold = (await account.hold(6)).body.id;
    expect(await account.capture(hold, 7)).toMatchObject({
      status: 409,
      body: { heldCredits: 6, requestedCredits: 7 },
    });
    await account.capture(hold, 4, { final: false });
    expect(outcomeOf(await account.capture(hold, 3))).toBe('capture-exceeds-hold');
    expect(await account.standing()).toEqual({ balance: 6, held: 2, available: 4 });
  });

  it.each([-31_348, -1, 0, 0.5, 1e13, '5', null, Number.NaN])(
    'an amount of %p is refused by every call that moves credits, so settlement mints nothing (eliza 22681)',
    async (amount) => {
      const hold = (await account.hold(5)).body.id;
      const spend = (await account.spend(2)).body.id;
      const wrong = amount as number;
      const answers = await Promise.all([
        account.spend(wrong),
        account.hold(wrong),
        account.capture(hold, wrong),
        account.grant(wrong),
        account.reverse(spend, wrong),
      ]);
      for (const { status, body } of answers)
        expect({ status, pointer: body.errors?.[0].pointer }).toEqual({ status: 400, pointer: '/amount' });
      expect(await account.standing()).toEqual({ balance: 8, held: 5, available: 3 });
      expect(await account.entries()).toEqual(['grant +10', 'spend -2']);
    },
  );

  it.each([0, -60, 604_801, 1.5])(
    'a hold of %p seconds is refused, so none is endless (new-api 4429)',
    async (seconds) => {
      expect((await account.hold(1, seconds)).body.errors[0].pointer).toBe('/expiresInSeconds');
      const hold = (await account.hold(1)).body.id;
      expect((await account.extend(hold, seconds)).body.errors[0].pointer).toBe('/expiresInSeconds');
    },
  );

  it('a hold cannot be kept for ever by extending it: 30 days after its placing it ends (new-api 4429)', async () => {
    const week = 604_800;
    const hold = (await account.hold(1, week)).body.id;
    for (let weeks = 1; weeks <= 3; weeks += 1) {
      clock.advance(week - 1);
      expect(outcomeOf(await account.extend(hold, week))).toBe('accepted');
    }
    clock.advance(week - 1);
    expect(outcomeOf(await account.extend(hold, week))).toBe('hold-life-exceeded');
    clock.advance(1);
    expect(await account.standing()).toEqual({ balance: 10, held: 0, available: 10 });
  });
});
