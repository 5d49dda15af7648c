import pg from 'pg';
import { isUnavailable } from '../sql-state.js';
import { chooseSchema } from './choose-schema.js';
import { DatabaseUnfit } from './database-unfit.js';
import { examine, type Facts } from './examine.js';
import { type Unsuitable, unsuitable, withSettings } from './settings.js';

const LEAST_MAJOR_VERSION = 15;

/** A database that was found fit. */
export interface ReachedDatabase {
  /** The address to use from now on. */
  readonly url: string;
  /** Where the tables are, or are to be made. */
  readonly schema: string;
}

/**
 * Looks at a database before anybody works on it, and returns the address to use from now on: every connection that is
 * made with it has the settings that the service relies on, and finds the tables. `schema` is where they are known to be.
 * Behind a pooler that lends sessions, where settings cannot be ours, they are checked instead. @throws DatabaseUnfit
 */
export async function reachDatabase(url: string, schema?: string): Promise<ReachedDatabase> {
  const facts = await examine(url);
  refuseUnfit(facts);
  const chosen = schema ?? chooseSchema(facts);
  return { url: await pin(url, facts, chosen), schema: chosen };
}

function refuseUnfit({ version, database, encoding, isStandby, isReadOnly }: Facts): void {
  const major = Math.floor(version / 10_000);
  if (major < LEAST_MAJOR_VERSION)
    throw new DatabaseUnfit(`Postgres ${LEAST_MAJOR_VERSION} or newer is needed, and this is ${major}.`);
  if (encoding !== 'UTF8')
    throw new DatabaseUnfit(
      `The database ${database} is encoded in ${encoding}, which cannot hold every name: make one with encoding 'UTF8' (create database scrip template template0 encoding 'UTF8') and set DATABASE_URL to it.`,
    );
  if (isStandby)
    throw new DatabaseUnfit(
      `The Postgres of the database ${database} is a standby, which takes no writes: set DATABASE_URL to the primary server.`,
    );
  if (isReadOnly)
    throw new DatabaseUnfit(
      `The database ${database} takes no writes: default_transaction_read_only is on for it or for its role. Switch it off.`,
    );
}

async function pin(url: string, facts: Facts, schema: string): Promise<string> {
  const pinned = facts.isPooled ? undefined : withSettings(url, facts.settings, schema);
  const seen = pinned === undefined ? facts : ((await tryToExamine(pinned)) ?? facts);
  const faults = unsuitable(seen.settings);
  if (seen.schema !== schema)
    faults.push({ name: 'search_path', value: seen.schema ?? 'empty', wanted: pg.escapeIdentifier(schema) });
  if (faults.length > 0) throw cannotBeSet(facts, faults);
  return seen === facts ? url : (pinned ?? url);
}

/** Undefined when the other end does not take our settings: some poolers do not tell that they are one. */
async function tryToExamine(url: string): Promise<Facts | undefined> {
  try {
    return await examine(url);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    return undefined;
  }
}

function cannotBeSet({ role, database, isPooled }: Facts, faults: readonly Unsuitable[]): DatabaseUnfit {
  const found = faults.map(({ name, value }) => `${name} is ${value}`).join(', ');
  const where = `alter role ${pg.escapeIdentifier(role)} in database ${pg.escapeIdentifier(database)} set`;
  const remedy = faults.map(({ name, wanted }) => `${where} ${name} = ${literalOf(name, wanted)};`).join(' ');
  const reason = isPooled
    ? 'a pooler keeps the settings of its connections'
    : 'the server does not let Scrip change it';
  return new DatabaseUnfit(
    `In the database ${database}, ${found}, which Scrip cannot work with, and ${reason}. ` +
      `Set it for the role${isPooled ? ', and restart the pooler' : ''}: ${remedy}`,
  );
}

function literalOf(name: string, wanted: string): string {
  return name === 'search_path' ? wanted : pg.escapeLiteral(wanted);
}
