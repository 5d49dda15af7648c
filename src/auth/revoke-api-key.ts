import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { ApiKeyNotFound } from './auth.problems.js';

/**
 * Ends a key for good. Other processes refuse it within a second; see KeyRing. Revoking it again changes nothing.
 * @throws ApiKeyNotFound
 */
@Injectable()
export class RevokeApiKey {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, keyId: string): Promise<void> {
    const [, revoked]: [unknown, number] = await tx.query(
      `update api_keys
       set revoked_at = coalesce(revoked_at, $2),
           revocation = 'revoked'
       where id = $1`,
      [keyId, this.clock.now()],
    );
    if (revoked === 0) throw new ApiKeyNotFound({ keyId });
  }
}
