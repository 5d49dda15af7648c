import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { startCommand } from '../support/service/command.js';
import { useScrip } from '../support/service/scrip.js';
import { openAccount, type TestAccount } from '../support/shop/account.js';

const ROUNDS = process.env.SCRIP_SOAK === '1' ? 20 : 3;
const BATCHES = 6;
const SPENDS = 1_000;

describe('a process that derives reports anew', () => {
  const scrip = useScrip();
  let accounts: TestAccount[];
  let busy: TestAccount;

  beforeAll(async () => {
    busy = await openAccount(scrip);
    accounts = [busy, ...(await Promise.all([2, 3, 4].map(() => openAccount(scrip))))];
    for (const account of accounts) {
      await account.grant(1_000_000);
      for (let batch = 0; batch < BATCHES; batch += 1) await spendMany(account);
    }
  });

  async function spendMany({ id }: TestAccount): Promise<void> {
    const items = Array.from({ length: SPENDS }, () => ({ idempotencyKey: randomUUID(), accountId: id, amount: 1 }));
    expect((await scrip.call('POST', '/v1/spends/batch', { items })).status).toBe(200);
  }

  const derive = () =>
    startCommand(['derive-reports'], {
      DATABASE_URL: scrip.running.runtime.databaseUrl,
      STRIPE_SECRET_KEY: '',
    });
  const followed = async () => Number((await scrip.sql('select sum(seq) from followed_accounts'))[0]?.sum ?? 0);
  const counted = async () => Number((await scrip.sql('select sum(credits) from usage_quarters'))[0]?.sum ?? 0);

  it('may be killed at any moment, while spends go on, and nothing is counted twice or left out', async () => {
    let [spent, rounds] = [accounts.length * BATCHES * SPENDS, 0];
    for (; rounds < ROUNDS; rounds += 1) {
      const before = await followed();
      const command = derive();
      await eventually(followed, (now) => now !== before);
      await command.kill();
      expect((await scrip.checkBooks()).findings).toEqual([]);
      await spendMany(busy);
      spent += SPENDS;
    }
    expect(await derive().ended).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"ofAccounts": 4') });
    await eventually(counted, (credits) => credits === spent);
    expect((await scrip.checkBooks()).findings).toEqual([]);
  });
});
