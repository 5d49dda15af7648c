import { randomBytes } from 'node:crypto';
import type { Tx } from '../../database/database.js';
import { addSeconds } from '../../kernel/clock.js';

const SECRET_BYTES = 32;
/** How long a secret signs on after there is a newer one. */
const OVERLAP_SECONDS = 86_400;
/** More signatures than that are not sent: a header has an end. */
const MOST_AT_ONCE = 4;

interface SecretRow {
  secret: Buffer;
}

/** A secret in the form in which it is shown, once. */
export function shownSecret(secret: Buffer): string {
  return `whsec_${secret.toString('base64')}`;
}

/**
 * Makes an endpoint's newest secret. Those before it go on signing for a day from when they were followed, at most
 * `MOST_AT_ONCE` in all. To be called with the endpoint locked.
 */
export async function addSecret(tx: Tx, endpointId: string, now: Date): Promise<Buffer> {
  const secret = randomBytes(SECRET_BYTES);
  await tx.query('update webhook_secrets set ends_at = $2 where endpoint_id = $1 and ends_at is null', [
    endpointId,
    addSeconds(now, OVERLAP_SECONDS),
  ]);
  await tx.query('insert into webhook_secrets (endpoint_id, secret, created_at) values ($1, $2, $3)', [
    endpointId,
    secret,
    now,
  ]);
  await tx.query(
    `delete from webhook_secrets
     where endpoint_id = $1
       and (ends_at <= $2 or ordinal not in (
         select ordinal from webhook_secrets where endpoint_id = $1 order by ordinal desc limit ${MOST_AT_ONCE}))`,
    [endpointId, now],
  );
  return secret;
}

/** The secrets that sign now, newest first. */
export async function secretsOf(tx: Tx, endpointId: string, now: Date): Promise<Buffer[]> {
  const rows: SecretRow[] = await tx.query(
    `select secret
     from webhook_secrets
     where endpoint_id = $1
       and (ends_at is null or ends_at > $2)
     order by ordinal desc`,
    [endpointId, now],
  );
  return rows.map(({ secret }) => secret);
}
