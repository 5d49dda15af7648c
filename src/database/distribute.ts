import pg from 'pg';
import { bookFunctions } from '../../migrations/books/index.js';
import { MIGRATION_LOCK } from './migrate.js';
import { RenewedClient } from './renewed-client.js';

/** The first version of Citus with which it was run. */
const FIRST_VERSION = 13;
/** The tables of the books, all keyed by account. The first has the shards that the others share. */
const BOOK_TABLES = [
  ...['balances', 'entry_rows', 'entries_v1', 'grants', 'holds', 'spends_v1', 'idempotency_keys'],
  ...['usage_counters', 'usage_remainders', 'usage_inclusions', 'ledger_events', 'crossed_marks'],
];
/** Where rows keep keys. What is unique on a shard names its account. */
const KEPT_KEYS = [
  { index: 'uq_entry_rows_key', table: 'entry_rows' },
  { index: 'uq_holds_key', table: 'holds' },
];
/** Shards for each worker, so that there is room to grow. More of them mean smaller batches. */
const SHARDS_PER_WORKER = 2;

/** What stands in the way. The message says what to do. */
export class CannotDistribute extends Error {
  override readonly name = 'CannotDistribute';
}

export interface DistributeOptions {
  /** How many shards there will be; two for each worker when absent. */
  readonly shards: number | undefined;
  /** Whether rows that are there may be moved to their shards. Nothing may write meanwhile. */
  readonly withData: boolean;
}

/** What was done: nothing, where the books had been distributed before. */
export interface Distribution {
  readonly isNew: boolean;
  readonly shards: number;
}

/**
 * Spreads the books over the workers of Citus by account, and makes their functions anew for shards. One transaction:
 * it is done, or nothing is. May be run any number of times. `ownerUrl` is that of the owner of the tables, who alone
 * can do it. @throws CannotDistribute
 */
export async function distribute(ownerUrl: string, options: DistributeOptions): Promise<Distribution> {
  const client = new RenewedClient({ connectionString: ownerUrl, application_name: 'scrip-distribute' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const workers = await requireCitus(client);
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    // Tables and functions change in one transaction: Citus allows it over one connection for each node alone.
    await client.query(`set local citus.multi_shard_modify_mode = 'sequential'`);
    const isNew = await requireAllOrNone(client);
    if (isNew) await spread(client, options.shards ?? workers * SHARDS_PER_WORKER, options.withData);
    for (const text of bookFunctions({ sharded: true })) await client.query(text);
    const shards = await client.query(`select from pg_dist_shard where logicalrelid = 'balances'::regclass`);
    await client.query('commit');
    await limitWaitsOnNodes(client);
    return { isNew, shards: shards.rowCount ?? 0 };
  } finally {
    await client.end();
  }
}

/** Returns how many nodes take shards. */
async function requireCitus(client: pg.Client): Promise<number> {
  const { rows } = await client.query(`select extversion as version from pg_extension where extname = 'citus'`);
  const version: string | undefined = rows[0]?.version;
  if (version === undefined)
    throw new CannotDistribute(
      'This database has no Citus: run `create extension citus` in it on every node, then citus_add_node on this one.',
    );
  if (Number.parseInt(version, 10) < FIRST_VERSION)
    throw new CannotDistribute(`Citus ${version} is too old: ${FIRST_VERSION} is the first that this was run with.`);
  const nodes = await client.query('select from pg_dist_node where isactive and shouldhaveshards');
  if (nodes.rowCount === 0) throw new CannotDistribute('No node takes shards: add one with citus_add_node.');
  return nodes.rowCount ?? 0;
}

/** Whether none is distributed yet. */
async function requireAllOrNone(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ name: string; is_distributed: boolean }>(
    `select name, exists (select from pg_dist_partition where logicalrelid = to_regclass(name)) as is_distributed
     from unnest($1::text[]) name
     where to_regclass(name) is not null`,
    [BOOK_TABLES],
  );
  if (rows.length < BOOK_TABLES.length)
    throw new CannotDistribute('There are no books of this version yet: start the service once, then stop it.');
  const distributed = rows.filter((row) => row.is_distributed).map(({ name }) => name);
  if (distributed.length > 0 && distributed.length < rows.length)
    throw new CannotDistribute(
      `Only ${distributed.join(', ')} are distributed, which is not the work of this command.`,
    );
  return distributed.length === 0;
}

async function spread(client: pg.Client, shards: number, withData: boolean): Promise<void> {
  const { rowCount } = await client.query('select from balances limit 1');
  if (rowCount !== 0 && !withData)
    throw new CannotDistribute('There are books already. Stop every process of Scrip, then run it with --with-data.');
  // Accounts stay on the coordinator, and no constraint leads from a shard to there.
  await client.query('alter table balances drop constraint if exists fk_balances_account');
  const triggers = await dropTriggers(client);
  for (const { index } of KEPT_KEYS) await client.query(`drop index ${index}`);
  for (const table of BOOK_TABLES) {
    const how = table === BOOK_TABLES[0] ? `shard_count => ${shards}` : `colocate_with => '${BOOK_TABLES[0]}'`;
    await client.query(`select create_distributed_table('${table}', 'account_id', ${how})`);
    await client.query(`select truncate_local_data_after_distributing_table('${table}')`);
  }
  for (const { index, table } of KEPT_KEYS)
    await client.query(
      `create unique index ${index} on ${table} (key_digest, account_id) where key_digest is not null`,
    );
  await client.query('set local citus.enable_unsafe_triggers = on');
  for (const definition of triggers) await client.query(definition);
}

/**
 * A table with triggers is not distributed. Returns what makes them again, but for those of statements, which Citus
 * does not run on shards: TRUNCATE is a right that nobody should be granted.
 */
async function dropTriggers(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; of: string; definition: string; is_of_rows: boolean }>(
    `select quote_ident(tgname) as name, tgrelid::regclass::text as of, pg_get_triggerdef(oid) as definition,
       tgtype & 1 = 1 as is_of_rows
     from pg_trigger
     where not tgisinternal and tgrelid = any($1::regclass[])`,
    [BOOK_TABLES],
  );
  for (const { name, of } of rows) await client.query(`drop trigger ${name} on ${of}`);
  return rows.filter((row) => row.is_of_rows).map(({ definition }) => definition);
}

/** The limits on waiting that a transaction sets for itself hold on the nodes that it reaches as well. */
async function limitWaitsOnNodes(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select current_database() as name');
  const name = pg.escapeIdentifier(rows[0]?.name ?? '');
  await client.query(`alter database ${name} set citus.propagate_set_commands = 'local'`);
}
