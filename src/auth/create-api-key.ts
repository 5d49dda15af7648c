import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import type { Scope } from './scopes.js';
import { hashOfKey, newSecretKey, prefixOfKey } from './secret-key.js';

export interface CreateApiKeyCommand {
  name: string;
  scopes: Scope[];
}

export interface CreatedApiKey extends CreateApiKeyCommand {
  id: string;
  /** The secret itself. It is never shown again. */
  key: string;
  createdAt: Date;
}

/** Makes a key. Takes no idempotency key: the stored answer would hold the secret. */
@Injectable()
export class CreateApiKey {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, { name, scopes }: CreateApiKeyCommand): Promise<CreatedApiKey> {
    const createdAt = this.clock.now();
    const created = { id: newId('key', createdAt), name, scopes, key: newSecretKey(), createdAt };
    await tx.query(
      `insert into api_keys (id, name, prefix, secret_hash, scopes, origin, created_at)
       values ($1, $2, $3, $4, $5::text[], 'api', $6)`,
      [created.id, name, prefixOfKey(created.key), hashOfKey(created.key), scopes, createdAt],
    );
    return created;
  }
}
