import { type EmbeddedPostgres, startEmbeddedPostgres } from '@scrip/embedded-postgres';
import type { Config } from '../config/config.js';
import { createEmbeddedRole, grantApplicationRole } from '../database/application-role.js';
import { migrate } from '../database/migrate.js';
import { reachDatabase } from '../database/session/reach-database.js';
import { isUnavailable, isUnreachable, SqlState, sqlStateOf } from '../database/sql-state.js';
import { migrateJobs } from '../jobs/migrate-jobs.js';
import { CannotStart } from './cannot-start.js';

export interface Addresses {
  /** Of the role that owns the tables. */
  ownerUrl: string;
  /** Of the role under which the service works. */
  databaseUrl: string;
}

/** Starts the Postgres that the service brings along; undefined where there is another. */
export async function startPostgres({ database }: Config): Promise<EmbeddedPostgres | undefined> {
  return database.kind === 'embedded' ? startEmbeddedPostgres(database) : undefined;
}

/**
 * Brings the schema up to date, and returns the addresses to use from now on, which carry the settings of every
 * session.
 * @throws CannotStart, DatabaseUnfit
 */
export async function prepareDatabase(config: Config, postgres: EmbeddedPostgres | undefined): Promise<Addresses> {
  const addresses = await addressesOf(config, postgres);
  try {
    return await prepare(addresses);
  } catch (error) {
    throw sentenceFor(error, addresses.ownerUrl) ?? error;
  }
}

async function addressesOf({ database }: Config, postgres: EmbeddedPostgres | undefined): Promise<Addresses> {
  if (postgres !== undefined) return { ownerUrl: postgres.url, databaseUrl: await createEmbeddedRole(postgres.url) };
  if (database.kind !== 'own') throw new Error('an embedded Postgres has no address before it is started');
  return { ownerUrl: database.ownerUrl ?? database.url, databaseUrl: database.url };
}

async function prepare({ ownerUrl, databaseUrl }: Addresses): Promise<Addresses> {
  const owner = await reachDatabase(ownerUrl);
  await migrate(owner.url);
  await migrateJobs(owner.url);
  if (databaseUrl === ownerUrl) return { ownerUrl: owner.url, databaseUrl: owner.url };
  await grantApplicationRole(owner.url, decodeURIComponent(new URL(databaseUrl).username), owner.schema);
  return { ownerUrl: owner.url, databaseUrl: (await reachDatabase(databaseUrl, owner.schema)).url };
}

/** What the driver says, without a code, of a connection that is gone. */
const CONNECTION_LOST = /^Connection terminated/;

/** In words for people, when Postgres went away in the middle of a start; undefined for any other reason. */
export function sentenceForLoss(error: unknown, { database }: Config): CannotStart | undefined {
  if (database.kind !== 'own' || !(error instanceof Error) || error instanceof CannotStart) return undefined;
  if (!isUnavailable(error) && !CONNECTION_LOST.test(error.message)) return undefined;
  const { host, pathname } = new URL(database.url);
  return new CannotStart(`Postgres at ${host}${pathname} went away meanwhile: ${error.message}. Start Scrip again.`, {
    cause: error,
  });
}

/** In words for people, where the reason is outside the service. */
function sentenceFor(error: unknown, ownerUrl: string): CannotStart | undefined {
  const reason = error instanceof Error && error.message !== '' ? error.message : 'no answer';
  const { host, pathname } = new URL(ownerUrl);
  if (isUnreachable(error))
    return new CannotStart(`Postgres at ${host}${pathname} lets nobody in: ${reason}. Check DATABASE_URL.`, {
      cause: error,
    });
  if (sqlStateOf(error) === SqlState.insufficientPrivilege)
    return new CannotStart(
      `The role of DATABASE_URL may not make the tables in Postgres at ${host}${pathname}: ${reason}. ` +
        'Make it the owner of the database (alter database … owner to …), or set DATABASE_OWNER_URL to a role that is.',
      { cause: error },
    );
  return undefined;
}
