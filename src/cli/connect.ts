import { findEmbeddedPostgres } from '@scrip/embedded-postgres';
import type { Config, DatabaseConfig } from '../config/config.js';
import type { Database } from '../database/database.js';
import { reachDatabase } from '../database/session/reach-database.js';
import { Clock } from '../kernel/clock.js';
import { LedgerQueries } from '../ledger/api/ledger.queries.js';
import { FirstReach } from '../ledger/book/extent.js';
import { BalancesNow } from '../ledger/walks/balances-now.js';
import { NotRunning } from './errors.js';

/** The role under which the service itself works: it cannot change entries, whatever a command does. */
const SERVICE_ROLE = '-c role=scrip_service';

/**
 * The address of the books: the configured Postgres, or the one that a running service has started for itself, with the
 * settings of our sessions. Starts nothing. @throws NotRunning, DatabaseUnfit
 */
export async function findDatabase({ database }: Pick<Config, 'database'>): Promise<string> {
  const url = database.kind === 'own' ? database.url : await findEmbedded(database);
  return (await reachDatabase(url)).url;
}

async function findEmbedded({ dataDir }: Extract<DatabaseConfig, { kind: 'embedded' }>): Promise<string> {
  const server = await findEmbeddedPostgres(dataDir, 'scrip');
  if (server === undefined)
    throw new NotRunning(
      `No Postgres runs on ${dataDir}. Start the service (npm start) beside this command, or set DATABASE_URL to ` +
        'the Postgres that holds the books.',
    );
  const url = new URL(server.url);
  url.searchParams.set('options', SERVICE_ROLE);
  return url.href;
}

/** Balances of the books, without the rooms around them. */
export function balancesNow(database: Database): BalancesNow {
  const clock = new Clock();
  return new BalancesNow(database, clock, new LedgerQueries(database, clock, new FirstReach()));
}
