import { randomUUID } from 'node:crypto';
import { Database } from '../../../src/database/database.js';
import { WHOLE } from '../../../src/ledger/book/extent.js';
import { placeHoldCommand, releaseHoldCommand } from '../../../src/ledger/commands/holds.js';
import { reverseSpendCommand, spendCommand } from '../../../src/ledger/commands/spends.js';
import { decideCommands, type LedgerCommand } from '../../../src/ledger/posting/decide-commands.js';
import { LedgerSweep } from '../../../src/ledger/sweep.js';
import { startTestScrip, useScrip } from '../../support/service/scrip.js';
import { anAccount, balanceOf, givenCredits, spendOf } from '../../support/shop/shop.js';

describe('commands that share a batch', () => {
  const scrip = useScrip();
  afterEach(async () => expect((await scrip.checkBooks()).findings).toEqual([]));

  const batch = async (...commands: LedgerCommand[]) => {
    const database = scrip.running.app.get(Database);
    const { verdicts } = await database
      .batchesOf(0)
      .run((tx) => decideCommands(tx, commands, scrip.clock.now(), { form: 'one-row', reach: WHOLE }));
    return verdicts.map((verdict) => {
      if (typeof verdict === 'string') return verdict;
      return 'answer' in verdict ? verdict.answer.status : verdict.refusal.type;
    });
  };
  /** An account whose ten credits end in a minute. */
  const shortLived = async () => {
    const account = await anAccount(scrip);
    const expiresAt = new Date(scrip.clock.now().getTime() + 60_000).toISOString();
    await givenCredits(scrip, account, 10, { expiresAt });
    return account;
  };
  const hold = async (accountId: string) =>
    (await scrip.call('POST', '/v1/holds', { accountId, amount: 10 }, { idempotencyKey: randomUUID() })).body;

  it('do not keep lapsed credits alive by releasing a hold and placing another', async () => {
    const account = await shortLived();
    const { id } = await hold(account);
    scrip.clock.advance(61_000);
    const release = releaseHoldCommand('release', account, id);
    const place = placeHoldCommand('place', { accountId: account, amount: 10, expiresInSeconds: 604_800 });
    const spend = spendCommand('spend', { accountId: account, amount: 10 });
    expect(await batch(release, place, spend)).toEqual([200, 'insufficient-credits', 'insufficient-credits']);
    expect(await balanceOf(scrip, account)).toBe(0);
  });

  it('do not keep lapsed credits alive by reversing a spend and holding what came back', async () => {
    const account = await shortLived();
    const { body: spent } = await spendOf(scrip, account, 10);
    scrip.clock.advance(61_000);
    const of = { accountId: account, spendId: spent.id, actor: 'key_1' };
    const reverse = reverseSpendCommand('reverse', of, { reason: 'it failed' });
    const place = placeHoldCommand('place', { accountId: account, amount: 10, expiresInSeconds: 604_800 });
    expect(await batch(reverse, place)).toEqual([201, 'insufficient-credits']);
  });

  it('are written when no one sent a key: a release and an extension are there afterwards', async () => {
    const account = await anAccount(scrip);
    await givenCredits(scrip, account, 20);
    const [released, extended] = [await hold(account), await hold(account)];
    const release = await scrip.call('POST', `/v1/accounts/${account}/holds/${released.id}/release`);
    const path = `/v1/accounts/${account}/holds/${extended.id}`;
    const extend = await scrip.call('POST', `${path}/extend`, { expiresInSeconds: 6_000 });
    expect([release.status, extend.status]).toEqual([200, 200]);
    const { body: balance } = await scrip.call('GET', `/v1/accounts/${account}/balance`);
    expect([balance.held, balance.available]).toEqual([10, 10]);
    expect((await scrip.call('GET', path)).body.expiresAt).toBe(extend.body.expiresAt);
  });

  it('with the key of another write at the same time are refused, never a fault', async () => {
    const account = await anAccount(scrip);
    await givenCredits(scrip, account, 100);
    for (let round = 0; round < 15; round += 1) {
      const idempotencyKey = randomUUID();
      const answers = await Promise.all([
        scrip.call('PUT', `/v1/accounts/${account}`, { name: `Ada ${round}` }, { idempotencyKey }),
        spendOf(scrip, account, 1, idempotencyKey),
      ]);
      const types = answers.map(({ status, body }) => (status < 300 ? 'accepted' : body.type)).sort();
      expect(types).toEqual(['/problems/idempotency-key-reused', 'accepted']);
    }
  });
});

describe('grants to come', () => {
  it('count for the range of a balance, so that no account gets stuck when they are posted', async () => {
    const scrip = await startTestScrip();
    const account = await anAccount(scrip);
    const effectiveAt = new Date(scrip.clock.now().getTime() + 60_000).toISOString();
    const most = 900_000_000_000;
    await givenCredits(scrip, account, most, { effectiveAt });
    // As if ten thousand of them had been given.
    await scrip.sql('update balances set balance = $1 where account_id = $2', [
      Number.MAX_SAFE_INTEGER - most,
      account,
    ]);
    await expect(givenCredits(scrip, account, 1, { effectiveAt })).rejects.toThrow('balance-out-of-range');
    await scrip.close();
  });

  it('of one account that cannot be written keep no other account waiting', async () => {
    const scrip = await startTestScrip();
    const soon = { expiresAt: new Date(scrip.clock.now().getTime() + 60_000).toISOString() };
    const [stuck, other] = [await anAccount(scrip, 'a-stuck'), await anAccount(scrip, 'z-other')];
    await givenCredits(scrip, stuck, 5, soon);
    await givenCredits(scrip, other, 5, soon);
    await scrip.sql(`update balances set balance = 3 where account_id = 'a-stuck'`);
    await scrip.sql(`alter table balances add constraint ck_stuck check (account_id <> 'a-stuck' or balance = 3)`);
    scrip.clock.advance(61_000);
    expect(await scrip.running.app.get(LedgerSweep).run()).toBe(1);
    const kinds = await scrip.sql(`select account_id from entries where kind = 'expiry'`);
    expect(kinds).toEqual([{ account_id: 'z-other' }]);
    await scrip.close();
  });
});
