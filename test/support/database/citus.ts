import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { distribute } from '../../../src/database/distribute.js';
import { migrate } from '../../../src/database/migrate.js';
import { migrateJobs } from '../../../src/jobs/migrate-jobs.js';

/** A database of its own on every node of the cluster of SCRIP_CITUS_URL. */
export interface CitusDatabase {
  /** At the coordinator. */
  url: string;
  drop(): Promise<void>;
}

interface Node {
  url: URL;
  isCoordinator: boolean;
}

/** The same address with a setting by which whatever goes to more than one shard fails. */
export function onOneShard(url: string): string {
  const strict = new URL(url);
  strict.searchParams.set('options', '-c citus.multi_task_query_log_level=error');
  return strict.href;
}

/** A database whose books are distributed. */
export async function createDistributedBooks(): Promise<CitusDatabase> {
  const database = await createCitusDatabase();
  await migrate(database.url);
  await migrateJobs(database.url);
  await distribute(database.url, { shards: undefined, withData: false });
  return database;
}

/**
 * A database with nothing in it but Citus. SCRIP_CITUS_URL names one on the coordinator that knows its workers, and a
 * role that may make databases.
 */
export async function createCitusDatabase(): Promise<CitusDatabase> {
  const admin = process.env.SCRIP_CITUS_URL ?? '';
  const nodes = (
    await ask(
      admin,
      'select nodename as host, nodeport as port, groupid = 0 as "isCoordinator" from pg_dist_node order by groupid',
    )
  ).map(({ host, port, isCoordinator }): Node => {
    const url = new URL(admin);
    url.hostname = String(host);
    url.port = String(port);
    return { url, isCoordinator: isCoordinator === true };
  });
  const name = `scrip_test_${randomBytes(6).toString('hex')}`;
  const of = ({ url }: Node) => Object.assign(new URL(url), { pathname: `/${name}` });
  for (const node of nodes) {
    // Each by itself: what Citus makes on the workers has no extension.
    await ask(node.url.href, 'set citus.enable_create_database_propagation = off', `create database ${name}`);
    await ask(of(node).href, 'create extension citus');
  }
  const [coordinator, ...workers] = nodes.map(of);
  if (coordinator === undefined) throw new Error('the cluster of SCRIP_CITUS_URL has no coordinator');
  await ask(
    coordinator.href,
    `select citus_set_coordinator_host('${coordinator.hostname}', ${coordinator.port})`,
    ...workers.map(({ hostname, port }) => `select citus_add_node('${hostname}', ${port})`),
    `select citus_set_node_property('${coordinator.hostname}', ${coordinator.port}, 'shouldhaveshards', false)`,
  );
  return {
    url: coordinator.href,
    drop: async () => {
      for (const { url } of nodes) await ask(url.href, `drop database ${name} with (force)`);
    },
  };
}

/** Runs statements one after the other, and returns the rows of the last. */
export async function ask(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}
