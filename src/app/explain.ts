import { EmbeddedPostgresError } from '@scrip/embedded-postgres';
import { BootstrapKeyRevoked } from '../auth/ensure-bootstrap-key.js';
import { ConfigError } from '../config/config.js';
import { DatabaseUnfit } from '../database/session/database-unfit.js';
import { isUnreachable } from '../database/sql-state.js';
import { CannotStart } from './cannot-start.js';
import { explainUnforeseen } from './explain-unforeseen.js';

/** Errors whose message says what to do. */
const FOR_PEOPLE = [ConfigError, EmbeddedPostgresError, BootstrapKeyRevoked, CannotStart, DatabaseUnfit];

/** Why a process does not start or stop, as a sentence for people. */
export function explain(error: unknown): string {
  if (FOR_PEOPLE.some((kind) => error instanceof kind)) return (error as Error).message;
  if (isUnreachable(error)) return `Postgres lets nobody in: ${(error as Error).message || 'no answer'}.`;
  return explainUnforeseen(error);
}
