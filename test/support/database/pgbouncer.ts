import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { eventually } from '../eventually.js';

const PGBOUNCER = process.env.PGBOUNCER_PATH ?? '/usr/sbin/pgbouncer';
/** It refuses to run as root. */
const NOBODY = 65_534;

/** Whether stories can run behind PgBouncer here; skipped visibly where it is missing, a failure in CI. */
export function hasPgBouncer(): boolean {
  if (existsSync(PGBOUNCER)) return true;
  const hint = `PgBouncer tests need ${PGBOUNCER}: apt-get install pgbouncer, or set PGBOUNCER_PATH.`;
  if (process.env.CI !== undefined) throw new Error(hint);
  process.stderr.write(`SKIPPED: ${hint}\n`);
  return false;
}

/** A PgBouncer in transaction mode before a database, with few server connections. */
export async function startPgBouncer(databaseUrl: string): Promise<{ url: string; stop(): Promise<void> }> {
  const target = new URL(databaseUrl);
  const folder = await mkdtemp(join(tmpdir(), 'scrip-pgbouncer-'));
  await chmod(folder, 0o755);
  const port = await freePort();
  const users = join(folder, 'users.txt');
  const ini = join(folder, 'pgbouncer.ini');
  const password = decodeURIComponent(target.password);
  await writeFile(users, `"${target.username}" "${password}"\n`);
  await writeFile(
    ini,
    [
      '[databases]',
      `* = host=${target.hostname} port=${target.port} user=${target.username} password=${password}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = plain',
      `auth_file = ${users}`,
      'pool_mode = transaction',
      'default_pool_size = 4',
      'max_client_conn = 200',
    ].join('\n'),
  );
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const child = spawn(PGBOUNCER, ['-q', ini], { ...identity, stdio: 'ignore' });
  target.port = `${port}`;
  await eventually(
    () => answers(target.href),
    (isThere) => isThere,
  );
  return {
    url: target.href,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await rm(folder, { recursive: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
