import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { runCommand } from '../support/service/command.js';
import { startTestScrip } from '../support/service/scrip.js';
import { accountOf, openAccount } from '../support/shop/account.js';
import { boughtPack } from '../support/shop/shop.js';
import { jsonRows, plainRows, useMoving } from './commands.js';

/** For stories of several commands, each of which starts a process. */
const LONG_MS = 180_000;

const moving = useMoving();

const inOrder = (rows: readonly Record<string, unknown>[]) => rows.map(({ accountId, seq }) => `${accountId} ${seq}`);

it(
  'all that happened can be taken elsewhere, as a table or as JSON, with what the API shows of it',
  async () => {
    const { scrip } = moving;
    const [ada, bob] = [await openAccount(scrip, 'a-ada'), await openAccount(scrip, 'b-bob')];
    await boughtPack(scrip, bob.id);
    await ada.grant(100);
    const { body: spend } = await ada.spend(7, undefined, { description: 'Seven pages', metadata: { job: '7' } });
    await ada.reverse(spend.id, 2);

    const entries = jsonRows((await moving.run('export', 'entries', '--format', 'ndjson')).stdout);
    expect(inOrder(entries)).toEqual(['a-ada 1', 'a-ada 2', 'a-ada 3', 'b-bob 1']);
    const shown = (await scrip.call('GET', '/v1/accounts/a-ada/entries')).body.data.toReversed();
    expect(entries.slice(0, 3)).toEqual(shown.map((entry: object) => ({ accountId: 'a-ada', ...entry })));

    const [spent] = jsonRows((await moving.run('export', 'spends', '--format', 'ndjson')).stdout);
    expect(spent).toEqual((await scrip.call('GET', `/v1/accounts/a-ada/spends/${spend.id}`)).body);
    const table = (await moving.run('export', 'spends')).stdout.split('\r\n');
    expect(table[0]).toBe(
      'accountId,seq,id,amount,reversed,balanceBefore,balanceAfter,description,metadata,allocations,lines,usedAt,' +
        'eventSource,eventId,holdId,reversals,corrects,correctedBy,createdAt',
    );
    expect(table[1]).toContain(`a-ada,2,${spend.id},7,2,100,93,Seven pages,"{""job"":""7""}",`);

    const [order] = jsonRows((await moving.run('export', 'orders', '--format', 'ndjson')).stdout);
    expect(order).toEqual((await scrip.call('GET', '/v1/orders')).body.data[0]);
    expect(plainRows((await moving.run('export', 'orders')).stdout)).toMatchObject([
      {
        accountId: 'b-bob',
        product: 'basic',
        status: 'fulfilled',
        credits: '12',
        amountMinor: '1000',
        currency: 'usd',
      },
    ]);
    expect(plainRows((await moving.run('export', 'accounts')).stdout)).toMatchObject([
      { id: 'a-ada', balance: '95' },
      { id: 'b-bob', balance: '12', stripeCustomerId: expect.stringMatching(/^cus_/) },
    ]);
  },
  LONG_MS,
);

it(
  'a span is from one moment until before another, and nothing is of a span without anything',
  async () => {
    const { scrip } = moving;
    const account = await openAccount(scrip);
    await account.grant(5);
    const [{ recordedAt }] = (await scrip.call('GET', `/v1/accounts/${account.id}/entries`)).body.data;
    const of = async (...span: string[]) =>
      jsonRows((await moving.run('export', 'entries', '--format', 'ndjson', ...span)).stdout).filter(
        ({ accountId }) => accountId === account.id,
      ).length;
    expect(await of('--from', recordedAt)).toBe(1);
    expect(await of('--to', recordedAt)).toBe(0);
    const none = await moving.run('export', 'spends', '--to', '1971-01-01');
    expect([none.exitCode, none.stdout.split('\r\n').length]).toEqual([0, 2]);
  },
  LONG_MS,
);

it(
  'no text of a buyer is run by a spreadsheet, and JSON has it as it is',
  async () => {
    const { scrip } = moving;
    const [name, note] = ['=HYPERLINK("http://evil.example")', '@SUM(1,2)'];
    await scrip.call('PUT', '/v1/accounts/+4912345', { name, email: 'x@example.com', metadata: { note } });
    const csv = (await moving.run('export', 'accounts')).stdout;
    expect(csv).toContain(
      `'+4912345,x@example.com,"'=HYPERLINK(""http://evil.example"")","{""note"":""@SUM(1,2)""}",0,`,
    );
    const json = jsonRows((await moving.run('export', 'accounts', '--format', 'ndjson')).stdout);
    expect(json.find(({ id }) => id === '+4912345')).toMatchObject({ name, metadata: { note } });
  },
  LONG_MS,
);

it(
  'a balance is what the account has now, with what has lapsed and nobody has written down',
  async () => {
    const { scrip } = moving;
    const account = await openAccount(scrip);
    await account.grant(10);
    await account.grant(5, { expiresAt: new Date(Date.now() + 1_500).toISOString() });
    await scrip.sql(`select pg_sleep(1.6)`);
    const rows = plainRows((await moving.run('export', 'accounts')).stdout);
    expect(rows.find(({ id }) => id === account.id)).toMatchObject({ balance: '10' });
  },
  LONG_MS,
);

it(
  'spends in the form of a version before are among the others, in the order of their account',
  async () => {
    const account = await openAccount(moving.scrip);
    const before = await startTestScrip({ DATABASE_URL: moving.databaseUrl, ENTRY_FORM: 'three-rows', ROLE: 'api' });
    await account.grant(100);
    await account.spend(1);
    await accountOf(before, account.id).spend(2);
    await account.spend(3);
    await before.close();
    const spends = jsonRows((await moving.run('export', 'spends', '--format', 'ndjson')).stdout);
    expect(spends.filter(({ accountId }) => accountId === account.id).map(({ seq, amount }) => [seq, amount])).toEqual([
      [2, 1],
      [3, 2],
      [4, 3],
    ]);
  },
  LONG_MS,
);

it(
  'many spends pass through less memory than they take, each once and in order',
  async () => {
    const { scrip } = moving;
    const account = await openAccount(scrip, 'zz-busy');
    await account.grant(1_000_000);
    const metadata = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`note-${index}`, 'x'.repeat(500)]));
    // Some 60 MB in all.
    for (let batch = 0; batch < 100; batch += 1) {
      const item = () => ({ idempotencyKey: randomUUID(), accountId: account.id, amount: 1, metadata });
      const items = Array.from({ length: 100 }, item);
      expect((await scrip.call('POST', '/v1/spends/batch', { items })).status).toBe(200);
    }
    const out = moving.path('spends.ndjson');
    // What a command takes to start is some 35 MB.
    const env = { ...moving.env, NODE_OPTIONS: '--max-old-space-size=80' };
    const run = await runCommand(['export', 'spends', '--format', 'ndjson', '--out', out], env);
    expect(run).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    const spends = jsonRows(await moving.read('spends.ndjson')).filter(({ accountId }) => accountId === account.id);
    expect(spends.map(({ seq }) => seq)).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 2));
  },
  LONG_MS,
);

it('a file that could not be written whole is not there, and what is asked for wrongly is told', async () => {
  const out = moving.path('nowhere/entries.csv');
  const lost = await moving.run('export', 'entries', '--out', out);
  expect([lost.exitCode, lost.stderr]).toEqual([2, expect.stringContaining(`${out}.unfinished`)]);
  expect(existsSync(out)).toBe(false);
  for (const wrong of [['grants'], ['entries', '--format', 'xml'], ['entries', '--from', 'monday']])
    expect(await moving.run('export', ...wrong)).toMatchObject({ exitCode: 2, stdout: '' });
});
