import pg from 'pg';
import { bookFunctions } from '../../../migrations/books/index.js';

/**
 * Makes a database look as if Citus had spread its books over so many shards: the functions are those for shards, it
 * tells the shard of an account as Citus does, and refuses a statement that writes accounts of several shards, as Citus
 * refuses to lock them. To be called before the service starts.
 */
export async function pretendShards(url: string, shards: number): Promise<void> {
  await run(url, [...bookFunctions({ sharded: true }), ...standIn(shards)]);
}

/** From now on every account is on another shard, as if each shard had been split. */
export async function splitShards(url: string): Promise<void> {
  await run(url, ['update pretended_shards set generation = generation + 1, shards = shards * 2']);
}

/** How many statements were refused, and in how many queries for how many accounts it was asked where they are. */
export async function whatShardsSaw(url: string): Promise<{ refused: number; queries: number; accounts: number }> {
  const [row] = await run(url, [
    `select (select count(*) from shard_questions)::int as accounts,
       (select count(distinct query) from shard_questions)::int as queries,
       (select case when is_called then last_value else 0 end from refused_statements)::int as refused`,
  ]);
  return row as { refused: number; queries: number; accounts: number };
}

const WRITES = [
  'update on balances',
  'insert on entry_rows',
  'insert on grants',
  'update on grants',
  'insert on holds',
  'insert on usage_counters',
  'insert on usage_remainders',
  'insert on usage_inclusions',
  'update on usage_inclusions',
  'insert on ledger_events',
  'insert on crossed_marks',
];

function standIn(shards: number): string[] {
  return [
    'create table pg_dist_partition (logicalrelid regclass)',
    `insert into pg_dist_partition values ('balances')`,
    'create table pretended_shards (shards int not null, generation int not null)',
    `insert into pretended_shards values (${shards}, 0)`,
    'create table shard_questions (account text, query xid8)',
    'create sequence refused_statements',
    `create function pretended_shard(account text) returns bigint
     language sql stable as 'select 1000 * generation + abs(hashtext(account) % shards) from pretended_shards'`,
    `create function get_shard_id_for_distribution_column(tables regclass, account text) returns bigint
     language sql as 'insert into shard_questions values (account, pg_current_xact_id());
       select pretended_shard(account)'`,
    `create function refuse_several_shards() returns trigger language plpgsql as $$
     begin
       if (select count(distinct pretended_shard(account_id)) from written) > 1 then
         perform nextval('refused_statements');
         raise exception 'accounts of several shards' using errcode = 'feature_not_supported';
       end if;
       return null;
     end $$`,
    ...WRITES.map(
      (write, index) =>
        `create trigger tr_one_shard_${index} after ${write} referencing new table as written
         for each statement execute function refuse_several_shards()`,
    ),
  ];
}

async function run(url: string, statements: readonly string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}
