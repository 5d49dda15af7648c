import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@scrip/embedded-postgres';
import pg from 'pg';
import { freePort } from './process.js';

/** A Postgres of a test's own, which may be taken away and come back, with the same data at the same address. */
export interface OwnServer {
  url: string;
  settings: Readonly<Record<string, string>>;
  start(): Promise<void>;
  /** As an operator stops it: connections are ended, and everything is written down. */
  stop(): Promise<void>;
  /** As a crash ends it. */
  kill(): Promise<void>;
  sql<Row extends object = Record<string, string>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

export async function startOwnServer(settings: Record<string, string> = {}): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'scrip-own-postgres-'));
  // As root the server runs as another user, who must be able to enter.
  await chmod(folder, 0o755);
  const port = await freePort();
  const launch = () => startEmbeddedPostgres({ dataDir: join(folder, 'data'), port, settings });
  let server: EmbeddedPostgres = await launch();
  const { url } = server;
  return {
    url,
    settings,
    start: async () => {
      server = await launch();
    },
    stop: () => server.stop(),
    kill: async () => {
      process.kill(server.pid, 'SIGKILL');
      await server.died;
      await server.stop();
    },
    sql: async (text, values) => {
      const client = new pg.Client({ connectionString: url, application_name: 'the test' });
      client.on('error', () => undefined);
      await client.connect();
      try {
        return (await client.query(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    remove: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
