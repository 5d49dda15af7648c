import pg from 'pg';
import type { OwnServer } from '../support/service/own-server.js';

/** A way in which Postgres is away. */
export interface Outage {
  readonly name: string;
  /** Whether it lasts until it is ended; else it is over at once. */
  readonly lasts: boolean;
  /** Begins it; returns what ends it. */
  strike(postgres: OwnServer): Promise<() => Promise<void>>;
}

const OTHERS = `pid <> pg_backend_pid() and backend_type = 'client backend' and application_name <> 'the test'`;
const CUT = `select pg_terminate_backend(pid) from pg_stat_activity where ${OTHERS}`;

export const OUTAGES: readonly Outage[] = [
  {
    name: 'stopped',
    lasts: true,
    strike: async (postgres) => {
      await postgres.stop();
      return () => postgres.start();
    },
  },
  {
    name: 'killed',
    lasts: true,
    strike: async (postgres) => {
      await postgres.kill();
      return () => postgres.start();
    },
  },
  {
    name: 'read-only',
    lasts: true,
    strike: async (postgres) => {
      const switched = async (change: string) => {
        await postgres.sql(`alter system ${change}`);
        await postgres.sql('select pg_reload_conf()');
        await postgres.sql(CUT);
      };
      await switched('set default_transaction_read_only = on');
      return () => switched('reset default_transaction_read_only');
    },
  },
  {
    name: 'out of connections',
    lasts: true,
    strike: async ({ url, settings }) => {
      const taken: pg.Client[] = [];
      const one = async () => {
        const client = new pg.Client({ connectionString: url, application_name: 'the test' });
        client.on('error', () => undefined);
        await client.connect();
        taken.push(client);
        return client;
      };
      const first = await one();
      // Whoever lost a connection asks for a new one at once: the free places are fought for until all of them are
      // taken.
      while (taken.length < Number(settings.max_connections)) {
        await first.query(CUT);
        await Promise.allSettled(Array.from({ length: 10 }, one));
      }
      return async () => {
        await Promise.all(taken.map((client) => client.end()));
      };
    },
  },
  {
    name: 'cut off',
    lasts: false,
    strike: async (postgres) => {
      await postgres.sql(CUT);
      return async () => undefined;
    },
  },
];
