import { RenewedClient } from '../renewed-client.js';
import { CLIENT_CHECK, type Settings, WATCHED_SETTINGS } from './settings.js';

/** How long a server may take to let us in before it counts as away. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Tables that only Scrip has all of: where they are, its books are. */
const OWN_TABLES = ['migrations', 'balances', 'grants', 'idempotency_keys'];

/** What is at an address: a server, a database, and a role that has settings. */
export interface Facts {
  /** As `server_version_num` has it: 150004 is 15.4. */
  readonly version: number;
  readonly role: string;
  readonly database: string;
  readonly encoding: string;
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
  /** Whether somebody between us and the server hands out its sessions, as PgBouncer does. */
  readonly isPooled: boolean;
  /** Where a table without a schema is made; null when the search path leads nowhere. */
  readonly schema: string | null;
  /** Whether somebody has set the search path. */
  readonly isPathSet: boolean;
  /** The schemas that hold tables of Scrip. */
  readonly holding: readonly string[];
  readonly settings: Settings;
}

/** Looks at what is at an address. Changes nothing, and leaves no connection open. */
export async function examine(url: string): Promise<Facts> {
  const client = new RenewedClient({
    connectionString: url,
    application_name: 'scrip-start',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    // Limits that the role may have are not for us. They are lifted for this transaction: a pooler lends the session
    // on.
    await client.query('begin; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
    const { rows } = await client.query<FactsRow>(
      `select current_setting('server_version_num') as version,
              current_user as role,
              current_database() as database,
              current_setting('server_encoding') as encoding,
              pg_is_in_recovery() as standby,
              current_setting('transaction_read_only') as read_only,
              pg_backend_pid() as pid,
              current_schema() as schema,
              (select source from pg_settings where name = 'search_path') as path_source,
              array(select schema.nspname::text
                    from pg_class as own
                    join pg_namespace as schema on schema.oid = own.relnamespace
                    where own.relname = any($1::text[]) and own.relkind in ('r', 'p')
                    group by schema.nspname
                    having count(*) = cardinality($1::text[])
                    order by 1) as holding,
              -- Every server has the setting, and not every system lets it be set.
              array(select case
                      when name <> $3 or version() like '%linux%' then current_setting(name, true)
                    end
                    from unnest($2::text[]) with ordinality as watched (name, place)
                    order by place) as settings`,
      [OWN_TABLES, WATCHED_SETTINGS, CLIENT_CHECK],
    );
    await client.query('rollback');
    return toFacts(rows[0] as FactsRow, (client as unknown as { processID: number }).processID);
  } finally {
    await client.end();
  }
}

interface FactsRow {
  version: string;
  role: string;
  database: string;
  encoding: string;
  standby: boolean;
  read_only: string;
  pid: number;
  schema: string | null;
  path_source: string;
  holding: string[];
  settings: (string | null)[];
}

/** `processId` is what the other end calls its session: a pooler has numbers of its own. */
function toFacts(row: FactsRow, processId: number): Facts {
  return {
    version: Number(row.version),
    role: row.role,
    database: row.database,
    encoding: row.encoding,
    isStandby: row.standby,
    isReadOnly: row.read_only === 'on',
    isPooled: row.pid !== processId,
    schema: row.schema,
    isPathSet: row.path_source !== 'default',
    holding: row.holding,
    // The two that the look itself has changed are tolerated with any value.
    settings: new Map(WATCHED_SETTINGS.map((name, index) => [name, row.settings[index] ?? null])),
  };
}
