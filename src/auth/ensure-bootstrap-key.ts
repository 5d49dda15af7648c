import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import { Database, type Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import { ApiKey } from './api-key.entity.js';
import { SCOPES } from './scopes.js';
import { hashOfKey, prefixOfKey } from './secret-key.js';

/** The configured key was revoked by a person, so starting again must not bring it back. */
export class BootstrapKeyRevoked extends Error {
  override readonly name = 'BootstrapKeyRevoked';

  constructor() {
    super('The bootstrap key was revoked. Set SCRIP_BOOTSTRAP_KEY to another one.');
  }
}

/**
 * Sees to it that the configured key is valid with every scope, and that no earlier bootstrap key is. May be run any
 * number of times, also by processes that start at once: they take turns by an advisory lock.
 * @throws BootstrapKeyRevoked
 */
@Injectable()
export class EnsureBootstrapKey {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async run(key: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended('api_keys.bootstrap', 0))`);
      await this.replaceOthers(tx, hashOfKey(key));
      await this.validate(tx, key);
    });
  }

  private async replaceOthers(tx: Tx, hash: Buffer): Promise<void> {
    const others = { origin: 'bootstrap', secretHash: Not(hash), revokedAt: IsNull() } as const;
    await tx.update(ApiKey, others, { revokedAt: this.clock.now(), revocation: 'replaced' });
  }

  private async validate(tx: Tx, key: string): Promise<void> {
    const now = this.clock.now();
    const valid: unknown[] = await tx.query(
      `insert into api_keys (id, name, prefix, secret_hash, scopes, origin, created_at)
       values ($1, 'Bootstrap key', $2, $3, $4::text[], 'bootstrap', $5)
       on conflict (secret_hash) do update
       set scopes = excluded.scopes,
           origin = excluded.origin,
           revoked_at = null,
           revocation = null
       where api_keys.revocation is distinct from 'revoked'
       returning id`,
      [newId('key', now), prefixOfKey(key), hashOfKey(key), SCOPES, now],
    );
    if (valid.length === 0) throw new BootstrapKeyRevoked();
  }
}
