import { loadConfig } from '../config/config.js';
import { CannotDistribute, distribute } from '../database/distribute.js';
import { reachDatabase } from '../database/session/reach-database.js';
import { print } from './terminal.js';

export interface DistributeWishes {
  shards?: number;
  withData: boolean;
}

/** Spreads the books over the workers of Citus. Returns the exit code. @throws CannotDistribute */
export async function distributeBooks({ shards, withData }: DistributeWishes): Promise<number> {
  const { database } = loadConfig(process.env);
  if (database.kind !== 'own')
    throw new CannotDistribute('The embedded Postgres has no Citus. Set DATABASE_URL to the coordinator of a cluster.');
  const owner = await reachDatabase(database.ownerUrl ?? database.url);
  const done = await distribute(owner.url, { shards, withData });
  print(done, () => [
    done.isNew
      ? `The books are distributed over ${done.shards} shards. Start the service.`
      : `The books were distributed over ${done.shards} shards before; their functions are those of this version.`,
  ]);
  return 0;
}
