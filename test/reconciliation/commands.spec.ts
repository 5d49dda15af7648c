import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findDatabase } from '../../src/cli/connect.js';
import { loadConfig } from '../../src/config/config.js';
import { Database } from '../../src/database/database.js';
import { createTestDatabase } from '../support/database/database.js';
import { eventually } from '../support/eventually.js';
import { runCommand, startCommand } from '../support/service/command.js';
import { type ScripProcess, startProcess } from '../support/service/process.js';
import { payAt } from '../support/shop/shop.js';

describe('the commands beside a service that brought its own Postgres and sandbox', () => {
  let env: Record<string, string>;
  let scrip: ScripProcess;
  beforeAll(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'scrip-commands-'));
    env = { SCRIP_DATA_DIR: dataDir, EMBEDDED_POSTGRES_PORT: '0', RECONCILE_SETTLE_SECONDS: '0', DATABASE_URL: '' };
    scrip = await startProcess(undefined, env);
    await scrip.api('PUT', '/v1/accounts/ada', { body: {} });
  });
  afterAll(async () => {
    await scrip.end('SIGTERM');
    await rm(env.SCRIP_DATA_DIR ?? '', { recursive: true, force: true });
  });

  /** Paid, and nobody tells the service. The commands find the sandbox, though nobody tells them its port. */
  async function paidUnheard() {
    const checkout = await scrip.api('POST', '/v1/checkout-sessions', { body: { accountId: 'ada', product: 'basic' } });
    const { origin } = new URL(checkout.url);
    const tell = (mode: string) =>
      fetch(`${origin}/_sandbox/webhooks`, { method: 'POST', body: JSON.stringify({ mode }) });
    await tell('drop');
    await payAt(checkout.url);
    await tell('deliver');
    return checkout;
  }
  const balance = async () => (await scrip.api('GET', '/v1/accounts/ada/balance')).balance;

  it('reconcile finds, repairs when asked to, and says so in JSON and by its exit code', async () => {
    const { orderId } = await paidUnheard();
    const dry = await runCommand(['reconcile'], env);
    expect(dry).toMatchObject({ exitCode: 1, stderr: '' });
    const report = JSON.parse(dry.stdout);
    expect(report).toMatchObject({ status: 'done', repair: false, findingCount: 1, openCount: 1 });
    expect(report.findings).toMatchObject([{ kind: 'paid_not_credited', orderId, repair: { status: 'proposed' } }]);
    expect(await balance()).toBe(0);
    expect(await scrip.api('GET', `/v1/reconciliations/${report.id}`)).toEqual(report);

    const repaired = await runCommand(['reconcile', '--repair'], env);
    expect(repaired.exitCode).toBe(0);
    expect(JSON.parse(repaired.stdout)).toMatchObject({ findingCount: 1, openCount: 0 });
    expect(await balance()).toBe(12);

    const clean = await runCommand(['reconcile', '--from', '2020-01-01'], env);
    expect(clean.exitCode).toBe(0);
    expect(JSON.parse(clean.stdout)).toMatchObject({ from: '2020-01-01T00:00:00.000Z', findings: [] });
  });

  it('check-books proves, and keeps what it has found', async () => {
    const { exitCode, stdout } = await runCommand(['check-books'], env);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ accounts: 1, entries: 1, findings: [], findingCount: 0 });
  });

  it('reconcile that is killed is gone on with by the service', async () => {
    await paidUnheard();
    const patient = { ...env, RECONCILE_SETTLE_SECONDS: '30' };
    const command = startCommand(['reconcile', '--repair'], patient);
    const client = new pg.Client({ connectionString: await findDatabase(loadConfig(env)) });
    await client.connect();
    const { rows } = await eventually(
      () => client.query(`select id from reconciliations where status = 'running' and phase = 'second_look'`),
      ({ rowCount }) => rowCount === 1,
    );
    await command.kill();
    // What the service would wait for by itself.
    await client.query(
      'select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs), run_at => now())',
    );
    const run = await eventually(
      () => scrip.api('GET', `/v1/reconciliations/${rows[0].id}`),
      ({ status }) => status === 'done',
    );
    expect(run).toMatchObject({ findingCount: 1, openCount: 0 });
    expect(await balance()).toBe(24);
    await client.end();
  });

  it('work under the role of the service, which cannot change entries', async () => {
    const url = await findDatabase(loadConfig(env));
    const database = await Database.connect({ url, poolSize: 1, entities: [] });
    expect(await database.query('select current_user as role')).toEqual([{ role: 'scrip_service' }]);
    await expect(database.query(`update entries set reason = 'mine'`)).rejects.toThrow('permission denied');
    await database.onApplicationShutdown();
  });

  const onTerminal = existsSync('/usr/bin/script') && process.platform === 'linux' ? it : it.skip;
  onTerminal('show on a terminal how far they are, and the result in words', async () => {
    const { exitCode, stdout } = await startCommand(['check-books'], env, { onTerminal: true }).ended;
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\[#{24}\] 100 % {2}1 of 1 accounts, \d+ entries/);
    expect(stdout).toContain('The books are proven: ');
    const reconciled = await startCommand(['reconcile'], env, { onTerminal: true }).ended;
    expect(reconciled.stdout).toMatch(/\[#+-+\] +\d+ % {2}2 payments, 0 invoices, 0 refunds, 0 disputes, 0 findings/);
    expect(reconciled.stdout).toContain('Stripe and the books agree.');
  });
});

describe('the commands on a Postgres of somebody', () => {
  it('check-books tells of what was changed behind its back', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`insert into accounts (id, created_at, updated_at) values ('ada', now(), now())`);
    await client.query(`insert into balances (account_id, balance) values ('ada', 100)`);
    const { exitCode, stdout } = await runCommand(['check-books'], { DATABASE_URL: database.url });
    expect(exitCode).toBe(1);
    const { findings } = JSON.parse(stdout);
    expect(findings[0]).toMatchObject({ accountId: 'ada', rule: 'balance-is-sum-of-entries' });
    const kept = await client.query('select origin, finding_count, findings from book_checks');
    expect(kept.rows).toEqual([{ origin: 'command', finding_count: `${findings.length}`, findings }]);
    await client.end();
    await database.drop();
  });

  it.each([
    [
      'nothing runs',
      { SCRIP_DATA_DIR: '/nonexistent' },
      /No Postgres runs on \/nonexistent\/postgres\. Start the service/,
    ],
    [
      'nobody answers',
      { DATABASE_URL: 'postgres://scrip:hunter2@127.0.0.1:1/scrip' },
      /lets nobody in.*Check DATABASE_URL/,
    ],
    ['the configuration is wrong', { DATABASE_URL: 'mysql://db' }, /DATABASE_URL must be postgres/],
  ])('end with a clear sentence when %s', async (_what, env: Record<string, string>, sentence) => {
    for (const command of ['reconcile', 'check-books']) {
      const { exitCode, stdout, stderr } = await runCommand([command], env);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toMatch(sentence);
      expect(stderr).not.toContain('hunter2');
    }
  });

  it('say that the database has no books yet', async () => {
    const database = await createTestDatabase({ migrated: false });
    const { exitCode, stderr } = await runCommand(['check-books'], { DATABASE_URL: database.url });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('has no books') });
    await database.drop();
  });

  it('explain how they are used', async () => {
    const wrong = [
      [],
      ['refund'],
      ['reconcile', '--everything'],
      ['reconcile', '--from', 'yesterday'],
      ['check-books', 'x'],
    ];
    const runs = await Promise.all(wrong.map((args) => runCommand(args, {})));
    for (const { exitCode, stderr } of runs) {
      expect(exitCode).toBe(2);
      expect(stderr).toContain('Usage: npm run scrip -- <command>');
    }
  });
});
