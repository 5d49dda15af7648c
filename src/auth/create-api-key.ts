import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';
import { newId } from '../kernel/ids.js';
import { ApiKey } from './api-key.entity.js';
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

/** Makes a key. Takes no idempotency key: the stored response would hold the secret. */
@Injectable()
export class CreateApiKey {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, { name, scopes }: CreateApiKeyCommand): Promise<CreatedApiKey> {
    const createdAt = this.clock.now();
    const id = newId('key', createdAt);
    const key = newSecretKey();
    const kept = { prefix: prefixOfKey(key), secretHash: hashOfKey(key) };
    await tx.insert(ApiKey, { id, name, ...kept, scopes, origin: 'api', createdAt });
    return { id, name, scopes, key, createdAt };
  }
}
