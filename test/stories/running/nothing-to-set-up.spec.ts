import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import { runCommand } from '../../support/service/command.js';
import { type ScripProcess, startProcess } from '../../support/service/process.js';
import { TEST_KEY } from '../../support/service/scrip.js';
import { payAt } from '../../support/shop/shop.js';

describe('a start with nothing to set up', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'scrip-nothing-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  const start = (env: Record<string, string> = {}) =>
    startProcess(undefined, { SCRIP_DATA_DIR: dataDir, EMBEDDED_POSTGRES_PORT: '0', SCRIP_BOOTSTRAP_KEY: '', ...env });
  const toldKey = async () => (await runCommand(['key'], { SCRIP_DATA_DIR: dataDir })).stdout.trim();
  const balance = async (scrip: ScripProcess, key: string) =>
    (await scrip.api('GET', '/v1/accounts/ada/balance', { key })).balance;

  it('tells the key once, when it is made, and knows everything at the next start, also after a kill -9', async () => {
    const first = await start();
    const key = /sk_[\w-]{20,}/.exec(first.output())?.[0] ?? 'no key was printed';
    expect(await toldKey()).toBe(key);
    await first.api('PUT', '/v1/accounts/ada', { key, body: {} });
    const checkout = await first.api('POST', '/v1/checkout-sessions', {
      key,
      body: { accountId: 'ada', product: 'basic' },
    });
    expect((await payAt(checkout.url)).status).toBe(303);
    await eventually(
      () => balance(first, key),
      (credits) => credits === 12,
    );
    expect(first.output().trim().split('\n').length).toBeLessThanOrEqual(10);
    expect(await first.end('SIGTERM')).toBe(0);

    const second = await start();
    expect(second.output()).not.toContain(key);
    expect(second.output()).toContain('scrip -- key');
    expect(await balance(second, key)).toBe(12);
    await second.end('SIGKILL');

    const third = await start();
    expect(await balance(third, key)).toBe(12);
    expect(await third.end('SIGINT')).toBe(0);
  });

  it('never prints a key that it was given', async () => {
    const scrip = await start({ SCRIP_BOOTSTRAP_KEY: TEST_KEY });
    expect(scrip.output()).toContain('SCRIP_BOOTSTRAP_KEY');
    expect(scrip.output()).not.toContain(TEST_KEY);
    await scrip.end('SIGTERM');
  });

  it('says which port is taken and which variable moves it, before it starts anything', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await eventually(
      async () => other.address(),
      (address) => address !== null,
    );
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const nowhere = join(dataDir, 'nothing-is-made-here');
    const refusal = async (env: Record<string, string>) =>
      start({ SCRIP_DATA_DIR: nowhere, ...env }).then(
        () => 'it started',
        ({ message }: Error) => message,
      );
    const sentence = (rest: string) =>
      new RegExp(`^the service ended: Scrip cannot start\\. [^\\n]*${rest}[^\\n]*\\n$`);
    expect(await refusal({ PORT: `${port}` })).toMatch(sentence(`Port ${port} .*Set PORT`));
    expect(await refusal({ SANDBOX_PORT: `${port}` })).toMatch(sentence('Set SANDBOX_PORT'));
    expect(existsSync(nowhere)).toBe(false);
    expect(await refusal({ HOST: 'no-such-host.invalid' })).toMatch(sentence('Set HOST'));
    expect(await refusal({ EMBEDDED_POSTGRES_PORT: `${port}` })).toMatch(sentence('Set EMBEDDED_POSTGRES_PORT'));
    other.close();
  });

  it('names every fault of its configuration at once, and no secret', async () => {
    const started = start({
      PORT: 'many',
      ROLE: 'boss',
      DATABASE_URL: 'mysql://root:hunter2@localhost',
      LOG_LEVEL: 'loud',
    });
    const error: Error = await started.then(
      () => new Error('it started'),
      (refused) => refused,
    );
    for (const name of ['PORT', 'ROLE', 'DATABASE_URL', 'LOG_LEVEL']) expect(error.message).toContain(name);
    expect(error.message).not.toContain('hunter2');
  });
});
