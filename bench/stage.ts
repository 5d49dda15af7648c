import { randomBytes } from 'node:crypto';
import { migrate } from '../src/database/migrate.js';
import { migrateJobs } from '../src/jobs/migrate-jobs.js';
import { Books } from './books.js';
import { type Accounts, accountIds } from './load/job.js';
import { seedClassicAccounts } from './seed/classic-accounts.js';
import { type SeededAccount, seedScripLedger } from './seed/scrip-ledger.js';
import type { Side } from './side.js';
import type { Workbench } from './workbench.js';

/** Every side has these: one account that all requests meet on, and many that they spread over. */
export const SPREAD: Accounts = { kind: 'spread', count: 10_000 };
export const HOT: Accounts = { kind: 'hot' };

/** The key that is sent to Scrip: of this run alone. */
export const SCRIP_KEY = `sk_${randomBytes(24).toString('base64url')}`;

/** An account that has nothing but its two grants. */
const UNSPENT_ENTRIES = 2;

/** Scrip as it is: the whole service in one process, with all of its features. */
export async function stageScrip(bench: Workbench, name: string, accounts: readonly SeededAccount[]): Promise<Side> {
  const url = await bench.database(name);
  await migrate(url);
  await migrateJobs(url);
  const books = await bench.withClient(url, async (client) => {
    await seedScripLedger(client, accounts);
    return Books.open(client);
  });
  // The designs that it is compared with write no line for a request.
  const environment = { ...scripEnvironment(bench, name, url), LOG_LEVEL: 'warn' };
  const service = await bench.start({ name: 'Scrip', program: 'src/main.js', environment });
  return { name: 'Scrip', description: `Scrip, database ${name}`, url, service, key: SCRIP_KEY, books };
}

/** What a service of Scrip needs to know, of whatever version. */
export function scripEnvironment(bench: Workbench, name: string, url: string): Record<string, string> {
  return {
    NODE_ENV: 'production',
    ROLE: 'all',
    DATABASE_URL: url,
    SCRIP_DATA_DIR: `${bench.folder}/${name}`,
    SCRIP_BOOTSTRAP_KEY: SCRIP_KEY,
    SANDBOX_PORT: '0',
  };
}

export function unspentAccounts(): SeededAccount[] {
  return [...accountIds(HOT), ...accountIds(SPREAD)].map((accountId) => ({ accountId, entries: UNSPENT_ENTRIES }));
}

/** The classic service, on a database of its own. */
export async function stageClassicService(bench: Workbench): Promise<Side> {
  const side = await stageClassicDatabase(bench, 'Nest + TypeORM', 'classic_service');
  const environment = { NODE_ENV: 'production', DATABASE_URL: side.url };
  return {
    ...side,
    service: await bench.start({ name: side.name, program: 'bench/classic/main.js', environment }),
  };
}

/** The framework alone. */
export async function stageNothing(bench: Workbench): Promise<Side> {
  const name = 'A route of Nest on Fastify that does nothing';
  return { name, description: name, service: await bench.start({ name, program: 'bench/noop/nest.js' }) };
}

/** The classic function, which clients call without any service. */
export function stageClassicFunction(bench: Workbench): Promise<Side> {
  return stageClassicDatabase(bench, 'SQL function', 'classic_function');
}

async function stageClassicDatabase(bench: Workbench, name: string, database: string): Promise<Side & { url: string }> {
  const url = await bench.database(database);
  const books = await bench.withClient(url, async (client) => {
    await seedClassicAccounts(client, [...accountIds(HOT), ...accountIds(SPREAD)]);
    return Books.open(client);
  });
  return { name, description: name, url, books };
}
