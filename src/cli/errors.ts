import { EmbeddedPostgresError } from '@scrip/embedded-postgres';
import { explainUnforeseen } from '../app/explain-unforeseen.js';
import { ConfigError } from '../config/config.js';
import { CannotDistribute } from '../database/distribute.js';
import { DatabaseUnfit } from '../database/session/database-unfit.js';
import { isUnreachable, sqlStateOf } from '../database/sql-state.js';
import { Problem } from '../kernel/problem.js';
import { NoTable } from '../moving/files/read-table.js';
import { NoPriceMap } from '../rating/import/price-map.js';

/** Something that the command needs is not there. The message says what to do. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
}

const FOR_PEOPLE = [
  CannotDistribute,
  ConfigError,
  EmbeddedPostgresError,
  NotRunning,
  DatabaseUnfit,
  NoPriceMap,
  NoTable,
  Problem,
];

const UNDEFINED_TABLE = '42P01';

/** A sentence for people. */
export function explain(error: unknown): string {
  if (FOR_PEOPLE.some((kind) => error instanceof kind)) return (error as Error).message;
  if (isUnreachable(error))
    return `Postgres lets nobody in: ${(error as Error).message || 'no answer'}. Check DATABASE_URL.`;
  if (sqlStateOf(error) === UNDEFINED_TABLE)
    return 'The database has no books of this version yet. Start the service once: it brings them up to date.';
  return explainUnforeseen(error);
}
