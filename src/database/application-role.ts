import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { RenewedClient } from './renewed-client.js';

/** Tables whose rows are written once: the service may add to them and read them, and nothing else. */
const APPEND_ONLY = ['entry_rows', 'entries_v1', 'entries', 'product_revisions', 'rate_versions'];
const JOBS_SCHEMA = 'graphile_worker';
const EMBEDDED_ROLE = 'scrip_service';

/**
 * Lets a role work with the tables, and change neither them nor what is append-only. To be run by their owner after
 * every migration; it may be run any number of times. `tables` is the schema that they are in.
 */
export async function grantApplicationRole(ownerUrl: string, role: string, tables: string): Promise<void> {
  await asOwner(ownerUrl, async (client) => {
    const name = pg.escapeIdentifier(role);
    for (const schema of [tables, JOBS_SCHEMA].map(pg.escapeIdentifier)) {
      await client.query(`grant usage on schema ${schema} to ${name}`);
      await client.query(`grant select, insert, update, delete on all tables in schema ${schema} to ${name}`);
      await client.query(`grant usage, select on all sequences in schema ${schema} to ${name}`);
      await client.query(`grant execute on all functions in schema ${schema} to ${name}`);
    }
    await openRows(client, name);
    for (const table of APPEND_ONLY) await client.query(`revoke update, delete, truncate on ${table} from ${name}`);
  });
}

/**
 * graphile-worker shows the rows of its tables to their owner alone, until a policy says otherwise. What is there
 * already is left alone: making a policy locks its table against everybody, and would wait for a backup that reads it.
 * Whoever adds a job would wait behind.
 */
async function openRows(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select oid::regclass as name from pg_class
     where relnamespace = 'graphile_worker'::regnamespace and relrowsecurity
       and not exists (
         select from pg_policy
         where polrelid = pg_class.oid and polname = 'scrip_application' and polroles = array[$1::regrole::oid]
       )`,
    [role],
  );
  for (const { name } of rows) {
    await client.query(`drop policy if exists scrip_application on ${name}`);
    await client.query(`create policy scrip_application on ${name} to ${role} using (true) with check (true)`);
  }
}

/**
 * Makes the role under which the service uses its embedded Postgres, with a password that lives as long as the process,
 * and answers the address to connect with.
 */
export async function createEmbeddedRole(ownerUrl: string): Promise<string> {
  const url = new URL(ownerUrl);
  url.username = EMBEDDED_ROLE;
  url.password = randomBytes(24).toString('hex');
  await asOwner(ownerUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [EMBEDDED_ROLE]);
    if (rowCount === 0) await client.query(`create role ${EMBEDDED_ROLE} login`);
    await client.query(`alter role ${EMBEDDED_ROLE} password ${pg.escapeLiteral(url.password)}`);
  });
  return url.href;
}

async function asOwner(ownerUrl: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new RenewedClient({ connectionString: ownerUrl, application_name: 'scrip-owner' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('begin');
    // Two processes that start at once take turns: an arbitrary, fixed number.
    await client.query('select pg_advisory_xact_lock(7265021938)');
    await work(client);
    await client.query('commit');
  } finally {
    await client.end();
  }
}
