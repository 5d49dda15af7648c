import { FireExpiringAlerts } from '../../../src/alerts/fire-expiring-alerts.js';
import { addDays } from '../../../src/kernel/clock.js';
import { eventually } from '../../support/eventually.js';
import { notedOf } from '../../support/ledger/noted-events.js';
import { startTestScrip, type TestScrip, useScrip } from '../../support/service/scrip.js';
import { accountOf, openAccount } from '../../support/shop/account.js';

const HOUR_MS = 3_600_000;

describe('alerts', () => {
  const scrip = useScrip();
  const of = (accountId: string) => `/v1/accounts/${accountId}/alerts`;
  const put = (path: string, body: unknown) => scrip.call('PUT', path, body);
  const firedOn = async (accountId: string) =>
    (await notedOf(scrip, accountId)).filter(({ type }) => type === 'balance.low').map(({ data }) => data);

  afterEach(async () => {
    const { body } = await scrip.call('GET', '/v1/alerts');
    for (const { key } of body.data) await scrip.call('DELETE', `/v1/alerts/${key}`);
  });

  it('of an account fires from inside of the spend, and says how it stands', async () => {
    const ada = await openAccount(scrip);
    await ada.grant(20);
    const made = await put(`${of(ada.id)}/running-low`, { belowCredits: 10 });
    const { createdAt } = made.body;
    const alert = {
      ...{ key: 'running-low', appliesTo: 'account', belowCredits: 10, expiringWithinDays: null },
      ...{ state: 'armed', lastFiredAt: null, createdAt, updatedAt: createdAt },
    };
    expect([made.status, made.body]).toEqual([201, alert]);

    await ada.spend(11);
    expect(await firedOn(ada.id)).toEqual([
      { accountId: ada.id, balance: 9, held: 0, available: 9, alert: 'running-low', belowCredits: 10 },
    ]);
    const low = await scrip.call('GET', `${of(ada.id)}/running-low`);
    expect(low.body).toEqual({ ...alert, state: 'low', lastFiredAt: expect.any(String) });

    await ada.grant(5);
    await ada.spend(5);
    expect((await scrip.call('GET', of(ada.id))).body).toEqual({
      data: [{ ...low.body, state: 'waiting' }],
      nextCursor: null,
    });
    scrip.clock.advance(HOUR_MS);
    await ada.spend(1);
    expect(await firedOn(ada.id)).toHaveLength(2);
  });

  it('of an account is changed, and removed', async () => {
    const ada = await openAccount(scrip);
    await ada.grant(20);
    await put(`${of(ada.id)}/low`, { belowCredits: 10 });
    const changed = await put(`${of(ada.id)}/low`, { belowCredits: 5 });
    expect([changed.status, changed.body.belowCredits]).toEqual([200, 5]);
    await ada.spend(12);
    expect(await firedOn(ada.id)).toEqual([]);
    expect((await scrip.call('DELETE', `${of(ada.id)}/low`)).status).toBe(204);
    await ada.spend(5);
    expect(await firedOn(ada.id)).toEqual([]);
    const gone = await scrip.call('DELETE', `${of(ada.id)}/low`);
    expect([gone.status, gone.body.type]).toEqual([404, '/problems/alert-not-found']);
    expect((await scrip.call('GET', `${of(ada.id)}/low`)).status).toBe(404);
  });

  it('for all accounts fires for each, unless the account has one of that key', async () => {
    const [ada, bob, cleo] = [await openAccount(scrip), await openAccount(scrip), await openAccount(scrip)];
    for (const account of [ada, bob, cleo]) await account.grant(20);
    const made = await put('/v1/alerts/low', { belowCredits: 10 });
    expect([made.status, made.body]).toMatchObject([201, { key: 'low', belowCredits: 10, expiringWithinDays: null }]);
    await put(`${of(bob.id)}/low`, { belowCredits: 5 });
    await put(`${of(cleo.id)}/low`, { expiringWithinDays: 3 });
    for (const account of [ada, bob, cleo]) await account.spend(11);
    const fired = [await firedOn(ada.id), await firedOn(bob.id), await firedOn(cleo.id)];
    expect(fired.map((one) => one.length)).toEqual([1, 0, 0]);
    expect((await scrip.call('GET', `${of(ada.id)}/low`)).body).toMatchObject({ appliesTo: 'all', state: 'low' });
    expect((await scrip.call('GET', of(bob.id))).body.data).toMatchObject([{ appliesTo: 'account', belowCredits: 5 }]);
    expect((await scrip.call('GET', '/v1/alerts')).body.data).toEqual([made.body]);

    await scrip.call('DELETE', '/v1/alerts/low');
    scrip.clock.advance(2 * HOUR_MS);
    await ada.grant(20);
    await ada.spend(25);
    expect(await firedOn(ada.id)).toHaveLength(1);
  });

  it('for all accounts is known to every process within three seconds', async () => {
    const other: TestScrip = await startTestScrip({ DATABASE_URL: scrip.running.runtime.databaseUrl, ROLE: 'api' });
    await put('/v1/alerts/low', { belowCredits: 10 });
    await eventually(
      async () => {
        const { id } = await openAccount(scrip);
        await accountOf(other, id).grant(10);
        await accountOf(other, id).spend(1);
        return (await firedOn(id)).length;
      },
      (fired) => fired === 1,
      3_000,
    );
    await other.close();
  });

  it('of what expires fires once for each grant', async () => {
    const [ada, bob] = [await openAccount(scrip), await openAccount(scrip)];
    for (const account of [ada, bob])
      for (const days of [5, 9, 20]) await account.grant(days, { expiresAt: addDays(scrip.clock.now(), days) });
    await put(`${of(ada.id)}/expiring`, { expiringWithinDays: 10 });
    await put('/v1/alerts/expiring', { expiringWithinDays: 6 });
    const fire = () => scrip.running.app.get(FireExpiringAlerts).run();
    const told = async (accountId: string) => {
      const rows = await scrip.sql<{ data: { credits: number; alert: string | null } }>(
        `select data from domain_events where account_id = $1 and type = 'credits.expiring' and data->>'alert' <> ''
         order by ordinal`,
        [accountId],
      );
      return rows.map(({ data }) => data.credits);
    };
    await fire();
    await fire();
    expect([await told(ada.id), await told(bob.id)]).toEqual([[5, 9], [5]]);
    const shown = await scrip.call('GET', `${of(ada.id)}/expiring`);
    expect(shown.body).toMatchObject({ state: 'armed', lastFiredAt: expect.any(String), expiringWithinDays: 10 });
    expect((await scrip.call('GET', `${of(bob.id)}/expiring`)).body.lastFiredAt).toEqual(expect.any(String));
  });

  it.each([
    [{}, '/belowCredits'],
    [{ belowCredits: 1, expiringWithinDays: 1 }, '/expiringWithinDays'],
    [{ belowCredits: 0 }, '/belowCredits'],
    [{ belowCredits: '5' }, '/belowCredits'],
    [{ belowCredits: null }, '/belowCredits'],
    [{ expiringWithinDays: 31 }, '/expiringWithinDays'],
    [{ belowCredits: 5, minutes: 3 }, '/minutes'],
  ])('are refused where they say %j', async (body, pointer) => {
    const ada = await openAccount(scrip);
    for (const path of [`${of(ada.id)}/low`, '/v1/alerts/low']) {
      const answer = await put(path, body);
      expect([answer.status, answer.body.type, answer.body.errors[0].pointer]).toEqual([
        ...[400, '/problems/validation-failed', pointer],
      ]);
    }
    expect((await scrip.call('GET', of(ada.id))).body.data).toEqual([]);
  });

  it('are refused for an account that there is not, by a key that is none, and beyond ten', async () => {
    const ada = await openAccount(scrip);
    const unknown = await put(`${of('nobody')}/low`, { belowCredits: 5 });
    expect([unknown.status, unknown.body.type]).toEqual([404, '/problems/account-not-found']);
    expect((await scrip.call('GET', of('nobody'))).status).toBe(404);
    expect((await put(`${of(ada.id)}/Low`, { belowCredits: 5 })).status).toBe(400);
    for (let number = 1; number <= 10; number += 1)
      expect((await put(`${of(ada.id)}/low-${number}`, { belowCredits: number })).status).toBe(201);
    const beyond = await put(`${of(ada.id)}/low-11`, { belowCredits: 11 });
    expect([beyond.status, beyond.body.type, beyond.body.limit]).toEqual([409, '/problems/too-many-alerts', 10]);
    expect((await put(`${of(ada.id)}/low-10`, { belowCredits: 12 })).status).toBe(200);
  });

  it('of which one is set by many at once are one', async () => {
    const ada = await openAccount(scrip);
    const paths = [`${of(ada.id)}/low`, '/v1/alerts/low'];
    for (const path of paths) {
      const statuses = await Promise.all(
        Array.from({ length: 8 }, async (_, index) => (await put(path, { belowCredits: index + 1 })).status),
      );
      expect(statuses.sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
    }
  });
});
