import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { useScrip } from '../support/service/scrip.js';
import { advance, aWebhookApp, isNoted, PRIVATE_ENDPOINTS, type WebhookApp } from '../support/service/webhook-app.js';
import { openAccount, type TestAccount } from '../support/shop/account.js';

const scrip = useScrip(PRIVATE_ENDPOINTS);

interface Told {
  id: string;
  accountId: string;
  amount: number;
  seq: number;
}

/** The spends that an app was told of, in the order of the messages. */
function toldOf(app: WebhookApp): Told[] {
  return app
    .verified()
    .filter(({ type }) => type === 'spend.created')
    .flatMap(({ data }) => data.spends);
}

async function anAccount(): Promise<TestAccount> {
  const account = await openAccount(scrip);
  await account.grant(1_000_000);
  return account;
}

async function spendMany({ id }: TestAccount, count: number): Promise<string[]> {
  const items = Array.from({ length: count }, () => ({ idempotencyKey: randomUUID(), accountId: id, amount: 2 }));
  const { body } = await scrip.call('POST', '/v1/spends/batch', { items });
  return body.results.map(({ spend }: { spend: { id: string } }) => spend.id);
}

function isToldOf(app: WebhookApp, count: number): Promise<Told[]> {
  return eventually(
    async () => toldOf(app),
    (told) => told.length >= count,
    60_000,
  );
}

describe('an endpoint that asks for spends by name', () => {
  it('is told of each once, in batches below 20 kB, an account in its order, and of none from before', async () => {
    const accounts = await Promise.all([anAccount(), anAccount(), anAccount()]);
    await Promise.all(accounts.map((account) => spendMany(account, 10)));
    const app = await aWebhookApp(scrip, ['spend.created']);
    const others = await aWebhookApp(scrip, ['*']);
    // What is spent before it is first looked for is from before.
    await eventually(
      async () => scrip.sql('select from spend_telling'),
      (rows) => rows.length === 1,
    );
    const ids = (await Promise.all(accounts.map((account) => spendMany(account, 400)))).flat();
    const told = await isToldOf(app, ids.length);
    expect(told.map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(new Set(told.map(({ amount }) => amount))).toEqual(new Set([2]));
    for (const { text } of app.received) expect(Buffer.byteLength(text)).toBeLessThan(20_000);
    expect(app.received.length).toBeLessThan(60);
    const batches = app.verified().map(({ data }) => data.spends as Told[]);
    for (const spends of batches)
      for (const { id } of accounts) {
        const seqs = spends.filter(({ accountId }) => accountId === id).map(({ seq }) => seq);
        expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
      }
    expect(toldOf(others)).toEqual([]);
    await isNoted(app);
    const replay = await scrip.call('POST', `${app.path}/replay`, { since: new Date(0).toISOString() });
    expect(replay.status).toBe(202);
    expect(new Set((await isToldOf(app, 2 * ids.length)).map(({ id }) => id)).size).toBe(ids.length);
    await Promise.all([app, others].map((one) => one.close()));
    await Promise.all([app, others].map((one) => scrip.call('DELETE', one.path)));
    await eventually(
      async () => scrip.sql('select from spend_telling'),
      (rows) => rows.length === 0,
    );
    expect(await scrip.sql('select from spends_told')).toEqual([]);
  });

  it('is told later of what is spent faster than it takes, and nothing is lost', async () => {
    const account = await anAccount();
    let refuses = true;
    const app = await aWebhookApp(
      scrip,
      ['spend.created'],
      (response) => void response.writeHead(refuses ? 500 : 200).end(),
    );
    await eventually(
      async () => scrip.sql('select from spend_telling'),
      (rows) => rows.length === 1,
    );
    const ids = await spendMany(account, 1_000);
    await eventually(
      async () => app.received.length,
      (count) => count > 3,
    );
    refuses = false;
    await advance(scrip, 300);
    await eventually(
      async () => new Set(toldOf(app).map(({ id }) => id)),
      (told) => ids.every((id) => told.has(id)),
      60_000,
    );
    await app.close();
    await scrip.call('DELETE', app.path);
  });
});
