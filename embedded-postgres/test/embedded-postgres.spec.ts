import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { access, chown, constants, copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { Checkout, type Owner } from './checkout.js';

const isRoot = process.getuid?.() === 0;
const itAsRoot = isRoot ? it : it.skip;

let checkout: Checkout;
const closing: (() => unknown)[] = [];

/** Data as a first start and a clean stop leave them, to be copied: most tests are about later starts. */
let prepared: string;

beforeAll(async () => {
  checkout = await Checkout.make();
  prepared = newDataDir();
  const owner = checkout.start({ dataDir: prepared });
  await owner.next();
  await owner.end('SIGTERM');
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => checkout.remove());

let folders = 0;
/** A data folder that is not there yet, in a folder of its own. */
function newDataDir(within = checkout): string {
  folders += 1;
  return join(within.folder, `.scrip-${folders}`, 'postgres');
}

function preparedDataDir(): string {
  const dataDir = newDataDir();
  copyData(prepared, dataDir);
  return dataDir;
}

function copyData(from: string, to: string): void {
  execFileSync('cp', ['-a', dirname(from), dirname(to)]);
}

async function query(url: string | undefined, ...statements: string[]): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** A zombie, which nobody has waited for, is dead too: the first process of a container may not do so. */
function isAlive(pid: number | undefined): boolean {
  try {
    process.kill(pid as number, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Starts an owner, lets it commit a row, and kills it and nothing else: its server runs on. */
async function killedOwner(dataDir: string): Promise<{ serverPid: number }> {
  const owner = checkout.start({ dataDir });
  const { url, pid } = await owner.next();
  await query(url, 'create table kept (amount_credits bigint)', 'insert into kept values (42)');
  await owner.end('SIGKILL');
  return { serverPid: pid as number };
}

async function expectKept(owner: Owner): Promise<void> {
  const { url, startMs } = await owner.next();
  expect(await query(url, 'select amount_credits from kept')).toEqual([{ amount_credits: '42' }]);
  expect(startMs).toBeLessThan(5_000);
}

describe('the embedded Postgres', () => {
  it('makes its data at the first start and keeps them for the second', async () => {
    const dataDir = newDataDir();
    const first = checkout.start({ dataDir });
    const { url, pid } = await first.next();
    await query(url, 'create table kept (amount_credits bigint)', 'insert into kept values (42)');
    await first.end('SIGTERM');
    expect(first.process.exitCode).toBe(0);
    expect(isAlive(pid)).toBe(false);

    const second = checkout.start({ dataDir });
    await expectKept(second);
    await second.end('SIGTERM');
    expect(await readdir(join(dataDir, '..'))).toEqual(['postgres', 'postgres.lock', 'postgres.log', 'postgres.owner']);
  });

  it('asks for a password that only the owner of the data can read, and syncs every commit', async () => {
    const dataDir = preparedDataDir();
    const { url } = await checkout.start({ dataDir }).next();
    const withoutPassword = new URL(String(url));
    withoutPassword.password = 'guess';
    await expect(query(withoutPassword.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect((await stat(join(dataDir, 'scrip.password'))).mode & 0o777).toBe(0o600);
    expect(
      await query(
        url,
        `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
           current_setting('server_encoding') as encoding, current_setting('unix_socket_directories') as sockets`,
      ),
    ).toEqual([{ fsync: 'on', commit: 'on', encoding: 'UTF8', sockets: '' }]);
  });

  it('starts again after its owner was killed, in place of the server that was left', async () => {
    const dataDir = preparedDataDir();
    const { serverPid } = await killedOwner(dataDir);
    expect(isAlive(serverPid)).toBe(true);
    const next = checkout.start({ dataDir });
    await expectKept(next);
    expect(isAlive(serverPid)).toBe(false);
  });

  it('starts again after owner and server were killed and its number went to another program', async () => {
    const dataDir = preparedDataDir();
    const { serverPid } = await killedOwner(dataDir);
    process.kill(serverPid, 'SIGKILL');
    const bystander = await anotherProgramOf(dataDir);
    const pidFile = join(dataDir, 'postmaster.pid');
    const lines = (await readFile(pidFile, 'utf8')).split('\n');
    await writeFile(pidFile, [bystander.pid, ...lines.slice(1)].join('\n'));
    await expectKept(checkout.start({ dataDir }));
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
  });

  it('starts again right after owner and server were killed', async () => {
    const dataDir = preparedDataDir();
    const { serverPid } = await killedOwner(dataDir);
    process.kill(serverPid, 'SIGKILL');
    await expectKept(checkout.start({ dataDir }));
  });

  it('does not touch the server of the original when it is given a copy of the data', async () => {
    const original = preparedDataDir();
    const { url } = await checkout.start({ dataDir: original }).next();
    const copy = newDataDir();
    copyData(original, copy);
    const { pid } = await checkout.start({ dataDir: copy }).next();
    expect(isAlive(pid)).toBe(true);
    expect(await query(url, 'select 42 as answer')).toEqual([{ answer: 42 }]);
  });

  it('lets a second process know who has the folder', async () => {
    const dataDir = preparedDataDir();
    const first = checkout.start({ dataDir });
    const { url } = await first.next();
    const { error, message } = await checkout.start({ dataDir }).next();
    expect(error).toBe('EmbeddedPostgresError');
    expect(message).toContain(`${dataDir} is already used by process ${first.process.pid}`);
    for (const name of ['SCRIP_DATA_DIR', 'EMBEDDED_POSTGRES_PORT', 'SANDBOX_PORT', 'PORT'])
      expect(message).toMatch(new RegExp(`\\b${name}\\b`));
    expect(await query(url, 'select 42 as answer')).toEqual([{ answer: 42 }]);
  });

  it('names a port that is taken and the variable that changes it, and can be started afterwards', async () => {
    const dataDir = preparedDataDir();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    closing.push(() => other.close());
    const { port } = other.address() as AddressInfo;
    const { error, message } = await checkout.start({ dataDir, port }).next();
    expect(error).toBe('EmbeddedPostgresError');
    expect(message).toContain(`${port}`);
    expect(message).toContain('EMBEDDED_POSTGRES_PORT');
    expect(await checkout.start({ dataDir }).next()).toHaveProperty('url');
  });

  it('outlives Ctrl-C in the terminal until its owner stops it', async () => {
    const owner = checkout.start({ dataDir: preparedDataDir() });
    const { pid } = await owner.next();
    process.kill(-(owner.process.pid as number), 'SIGINT');
    expect(await owner.next()).toEqual({ answer: 42 });
    await owner.end('SIGCONT');
    expect(isAlive(pid)).toBe(false);
  });

  it('tells its owner when the server dies', async () => {
    const owner = checkout.start({ dataDir: preparedDataDir() });
    const { pid } = await owner.next();
    process.kill(pid as number, 'SIGKILL');
    expect((await owner.next()).died).toContain('signal SIGKILL');
  });

  it('begins anew when it was killed while making the data', async () => {
    const dataDir = newDataDir();
    const interrupted = checkout.start({ dataDir });
    await untilInitdbRuns(dataDir);
    process.kill(-(interrupted.process.pid as number), 'SIGKILL');
    await expect(access(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
    const next = checkout.start({ dataDir });
    expect(await next.next()).toHaveProperty('url');
    expect((await readdir(join(dataDir, '..'))).filter((name) => name.includes('.init-'))).toEqual([]);
  });

  it('makes the library links that npm left out', async () => {
    const damaged = await Checkout.make({ libraryLinks: false });
    closing.push(() => damaged.remove());
    expect(await damaged.start({ dataDir: newDataDir(damaged) }).next()).toHaveProperty('url');
  });

  it('leaves a folder alone that holds something else', async () => {
    const dataDir = newDataDir();
    await mkdir(dataDir, { recursive: true });
    await writeFile(join(dataDir, 'letters.txt'), 'Dear');
    const { error, message } = await checkout.start({ dataDir }).next();
    expect([error, message]).toEqual(['EmbeddedPostgresError', expect.stringContaining('SCRIP_DATA_DIR')]);
    expect(await readdir(dataDir)).toEqual(['letters.txt']);
  });

  it('does not start on the data of another version', async () => {
    const dataDir = newDataDir();
    await mkdir(dataDir, { recursive: true });
    await writeFile(join(dataDir, 'PG_VERSION'), '17\n');
    const { message } = await checkout.start({ dataDir }).next();
    expect(message).toContain('written by Postgres 17, and the installed one is 18');
  });

  itAsRoot('runs below a folder that is closed to everybody but root', async () => {
    const closed = await Checkout.make({ mode: 0o700 });
    closing.push(() => closed.remove());
    const { url, pid } = await closed.start({ dataDir: newDataDir(closed) }).next();
    expect(await query(url, 'select 42 as answer')).toEqual([{ answer: 42 }]);
    expect(await effectiveUid(pid)).not.toBe(0);
    expect((await stat(closed.folder)).mode & 0o777).toBe(0o700);
  });

  itAsRoot('runs as an ordinary user', async () => {
    const dataDir = newDataDir();
    const nobody = { uid: idOf('-u'), gid: idOf('-g') };
    await mkdir(dirname(dataDir));
    await chown(dirname(dataDir), nobody.uid, nobody.gid);
    // The one that runs this test may lie in a folder that is closed to nobody.
    const node = join(checkout.folder, 'node');
    await copyFile(process.execPath, node, constants.COPYFILE_FICLONE);
    const owner = checkout.start({ dataDir }, { ...nobody, node });
    const { url, pid } = await owner.next();
    expect(await query(url, 'select 42 as answer')).toEqual([{ answer: 42 }]);
    expect(await effectiveUid(pid)).toBe(nobody.uid);
    await owner.end('SIGTERM');

    // A start as root in between leaves the data with their owner.
    const asRoot = checkout.start({ dataDir });
    await asRoot.next();
    await asRoot.end('SIGTERM');
    expect(await checkout.start({ dataDir }, { ...nobody, node }).next()).toHaveProperty('url');
  });
});

const idOf = (option: string) => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));

async function effectiveUid(pid: number | undefined): Promise<number> {
  return Number(/^Uid:\s+\d+\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** A program of the same user as the server's, at whose number Postgres by itself would refuse to start. */
async function anotherProgramOf(dataDir: string): Promise<ChildProcess> {
  const { uid, gid } = await stat(dataDir);
  const bystander = spawn('sleep', ['60'], { uid, gid, cwd: '/', stdio: 'ignore' });
  closing.push(() => bystander.kill());
  return bystander;
}

async function untilInitdbRuns(dataDir: string): Promise<void> {
  for (;;) {
    const names = await readdir(join(dataDir, '..')).catch(() => []);
    const staging = names.find((name) => name.includes('.init-'));
    if (staging !== undefined && existsSync(join(dataDir, '..', staging, 'data', 'PG_VERSION'))) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
