import pg from 'pg';
import type { Side } from '../side.js';
import { PostgresCpu } from './postgres-cpu.js';

/** What one turn of a side has used. What the side does not have, or the system does not tell, is absent. */
export interface Usage {
  /** Of the service's process. */
  readonly nodeCpuMs?: number;
  /** Of the processes of Postgres, as {@link PostgresCpu} divides them. */
  readonly postgresCpuMs?: number;
  readonly walBytes?: number;
  /** By which the tables of the database, with indexes, have grown. */
  readonly diskBytes?: number;
}

/** Tables with their indexes and what is stored apart of them; no catalogs, which all databases have alike. */
const DISK_BYTES = `
  select coalesce(sum(pg_total_relation_size(c.oid)), 0)::text as bytes
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'm') and c.relpersistence <> 't'
    and n.nspname not in ('pg_catalog', 'information_schema')`;

const WAL_BYTES = `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text as bytes`;

interface Reading {
  readonly nodeCpuMs: number | undefined;
  readonly walBytes: number | undefined;
  readonly diskBytes: number | undefined;
}

/** Reads what the turns of the sides use. WAL is one for all databases, so only one side may work at a time. */
export class Meter {
  private readonly cpu: PostgresCpu;
  private readonly clients = new Map<string, Promise<pg.Client>>();
  private readonly countedMs = new Map<string, number>();

  constructor(postmasterPid: number) {
    this.cpu = new PostgresCpu(postmasterPid);
  }

  /** From here on autovacuum counts: what it did before belongs to no turn that follows. */
  begin(): void {
    this.countedMs.clear();
  }

  async measure<T>(side: Side, work: () => Promise<T>): Promise<{ result: T; usage: Usage }> {
    const database = side.url === undefined ? undefined : databaseOf(side.url);
    const endTurn = database === undefined ? undefined : await this.cpu.startTurn(database);
    const cpuBefore = database === undefined ? undefined : (this.countedMs.get(database) ?? this.cpu.of(database));
    const before = await this.read(side);
    const result = await work();
    const after = await this.read(side);
    await endTurn?.();
    const cpuAfter = database === undefined ? undefined : this.cpu.of(database);
    if (database !== undefined && cpuAfter !== undefined) this.countedMs.set(database, cpuAfter);
    const usage = {
      nodeCpuMs: difference(before.nodeCpuMs, after.nodeCpuMs),
      postgresCpuMs: difference(cpuBefore, cpuAfter),
      walBytes: difference(before.walBytes, after.walBytes),
      diskBytes: difference(before.diskBytes, after.diskBytes),
    };
    return { result, usage };
  }

  async close(): Promise<void> {
    for (const client of this.clients.values()) await (await client).end();
  }

  private async read({ url, service }: Side): Promise<Reading> {
    const client = url === undefined ? undefined : await this.clientFor(url);
    return {
      nodeCpuMs: await service?.cpuMs(),
      walBytes: client && (await readBytes(client, WAL_BYTES)),
      diskBytes: client && (await readBytes(client, DISK_BYTES)),
    };
  }

  /** One connection for the whole run, so that opening it is not measured. */
  private clientFor(url: string): Promise<pg.Client> {
    let client = this.clients.get(url);
    if (client === undefined) {
      client = connect(url);
      this.clients.set(url, client);
    }
    return client;
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

async function readBytes(client: pg.Client, sql: string): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(sql);
  return Number(rows[0]?.bytes);
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

function difference(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before;
}
