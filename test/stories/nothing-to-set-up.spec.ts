import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { type ScripProcess, startProcess } from '../support/process.js';
import { payAt } from '../support/shop.js';

describe('a start with nothing to set up', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'scrip-nothing-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  const start = (env: Record<string, string> = {}) =>
    startProcess(undefined, { SCRIP_DATA_DIR: dataDir, EMBEDDED_POSTGRES_PORT: '0', SCRIP_BOOTSTRAP_KEY: '', ...env });
  const keyIn = (scrip: ScripProcess) => /sk_[\w-]{20,}/.exec(scrip.output())?.[0] ?? 'no key was printed';
  const balance = async (scrip: ScripProcess) =>
    (await scrip.api('GET', '/v1/accounts/ada/balance', { key: keyIn(scrip) })).balance;

  it('prints a key that works, stops cleanly, and knows everything at the next start, also after a kill -9', async () => {
    const first = await start();
    const key = keyIn(first);
    await first.api('PUT', '/v1/accounts/ada', { key, body: {} });
    const checkout = await first.api('POST', '/v1/checkout-sessions', {
      key,
      body: { accountId: 'ada', product: 'basic' },
    });
    expect((await payAt(checkout.url)).status).toBe(303);
    await eventually(
      () => balance(first),
      (credits) => credits === 12,
    );
    expect(await first.end('SIGTERM')).toBe(0);

    const second = await start();
    expect(keyIn(second)).toBe(key);
    expect(await balance(second)).toBe(12);
    await second.end('SIGKILL');

    const third = await start();
    expect(await balance(third)).toBe(12);
    expect(await third.end('SIGINT')).toBe(0);
  });

  it('says which port is taken and which variable moves it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await eventually(
      async () => other.address(),
      (address) => address !== null,
    );
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await expect(start({ PORT: `${port}` })).rejects.toThrow(new RegExp(`Port ${port} .*Set PORT`));
    await expect(start({ SANDBOX_PORT: `${port}` })).rejects.toThrow(/SANDBOX_PORT/);
    await expect(start({ EMBEDDED_POSTGRES_PORT: `${port}` })).rejects.toThrow(/EMBEDDED_POSTGRES_PORT/);
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
