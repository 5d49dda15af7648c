import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@scrip/embedded-postgres';
import pg from 'pg';
import { GeneratorProcess } from './load/generator-process.js';
import { Meter } from './measure/meter.js';
import { Service, type ServiceOptions } from './service.js';

/**
 * Everything that a run starts: a Postgres of its own in a temporary folder, services, the load generator. Whatever was
 * started is stopped again, in reverse, and the folder removed.
 */
export class Workbench {
  private readonly started: (() => Promise<void>)[] = [];
  private closing: Promise<void> | undefined;
  readonly meter: Meter;

  private constructor(
    readonly folder: string,
    private readonly postgres: EmbeddedPostgres,
    readonly generator: GeneratorProcess,
  ) {
    this.meter = new Meter(postgres.pid);
  }

  /** `settings` are of Postgres, over those that it has anyway. */
  static async open(parent = tmpdir(), settings: Record<string, string> = {}): Promise<Workbench> {
    const folder = await mkdtemp(join(parent, 'scrip-bench-'));
    // The user that Postgres runs as must be able to enter it.
    await chmod(folder, 0o755);
    try {
      const postgres = await startEmbeddedPostgres({
        dataDir: join(folder, 'postgres'),
        port: 0,
        database: 'postgres',
        // Two Scrips, the classic service, and a connection for each of 64 clients of the function.
        settings: { max_connections: '200', ...settings },
      });
      return new Workbench(folder, postgres, new GeneratorProcess());
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The address of the database with this name, which is made when missing. */
  async database(name: string): Promise<string> {
    await this.withClient(this.postgres.url, async (client) => {
      const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
      if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
    });
    return this.urlOf(name);
  }

  async withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  async ask(sql: string, database = 'postgres'): Promise<Record<string, string>[]> {
    return this.withClient(this.urlOf(database), async (client) => (await client.query(sql)).rows);
  }

  async start(options: Omit<ServiceOptions, 'folder'>): Promise<Service> {
    const service = await Service.start({ ...options, folder: this.folder });
    this.started.push(() => service.stop());
    return service;
  }

  close(): Promise<void> {
    this.closing ??= this.stopAll();
    return this.closing;
  }

  private async stopAll(): Promise<void> {
    await this.generator.stop();
    await this.meter.close();
    for (const stop of this.started.splice(0).reverse()) await stop();
    await this.postgres.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private urlOf(database: string): string {
    const url = new URL(this.postgres.url);
    url.pathname = `/${database}`;
    return url.href;
  }
}
