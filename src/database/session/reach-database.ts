import pg from 'pg';
import { isUnavailable } from '../sql-state.js';
import { chooseSchema } from './choose-schema.js';
import { DatabaseUnfit } from './database-unfit.js';
import { examine, type Facts } from './examine.js';
import { faultOf } from './fault-of.js';
import { type Unsuitable, unsuitable, withSettings } from './settings.js';

/** A database that was found fit. */
export interface ReachedDatabase {
  /** The address to use from now on. */
  readonly url: string;
  /** Where the tables are, or are to be made. */
  readonly schema: string;
}

/**
 * Looks at a database before anybody works on it, and returns the address to use from now on: every connection that is
 * made with it has the settings that the service relies on, and finds the tables. `schema` is where they are known to
 * be. Behind a pooler that lends sessions, where settings cannot be ours, they are checked instead. @throws
 * DatabaseUnfit
 */
export async function reachDatabase(url: string, schema?: string): Promise<ReachedDatabase> {
  const facts = await examine(url);
  const fault = faultOf(facts);
  if (fault !== undefined) throw new DatabaseUnfit(fault);
  const chosen = schema ?? chooseSchema(facts);
  return { url: await pin(url, facts, chosen), schema: chosen };
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
