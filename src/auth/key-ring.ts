import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Principal } from './principal.js';
import type { Scope } from './scopes.js';
import { hashOfKey } from './secret-key.js';

/** How long a result of the database is believed: a revoked key is refused everywhere after at most this long. */
const TRUST_MS = 1_000;
/** Known and unknown keys are bounded apart, so that guessing cannot push the known ones out. */
const MAX_KNOWN = 1_000;
const MAX_UNKNOWN = 1_000;

interface Remembered {
  readonly principal: Promise<Principal | undefined>;
  readonly untilMs: number;
  /** The result, once it is there. */
  found?: Principal;
}

/**
 * Finds whom a key belongs to, with a short memory. The database compares hashes and the memory is a hash map with a
 * random seed, so that the time a lookup takes tells nothing about the key.
 */
@Injectable()
export class KeyRing {
  private readonly known = new Map<string, Remembered>();
  private readonly unknown = new Map<string, Remembered>();

  constructor(private readonly database: Database) {}

  /** The holder of a key, when it is known without asking the database. */
  remembered(key: string): Principal | undefined {
    const remembered = this.known.get(key);
    return remembered !== undefined && performance.now() < remembered.untilMs ? remembered.found : undefined;
  }

  /** The holder of a key that exists and is not revoked. */
  async find(key: string): Promise<Principal | undefined> {
    const remembered = this.known.get(key) ?? this.unknown.get(key);
    if (remembered !== undefined && performance.now() < remembered.untilMs) return remembered.principal;

    const principal = this.read(hashOfKey(key));
    const entry: Remembered = { principal, untilMs: performance.now() + TRUST_MS };
    // Requests that come while the result is on its way share it; until it is there it counts as unknown.
    this.known.delete(key);
    remember(this.unknown, key, entry, MAX_UNKNOWN);
    try {
      const found = await principal;
      if (found !== undefined && this.unknown.get(key) === entry) {
        entry.found = found;
        this.unknown.delete(key);
        remember(this.known, key, entry, MAX_KNOWN);
      }
      return found;
    } catch (error) {
      this.unknown.delete(key);
      throw error;
    }
  }

  /** Forgets all results, so that a change is seen by this process at once. */
  forget(): void {
    this.known.clear();
    this.unknown.clear();
  }

  private async read(hash: Buffer): Promise<Principal | undefined> {
    const [row] = await this.database.query<{ id: string; scopes: Scope[] }>(
      `select id, scopes
       from api_keys
       where secret_hash = $1
         and revoked_at is null`,
      [hash],
    );
    return row === undefined ? undefined : { keyId: row.id, scopes: row.scopes };
  }
}

/** A map keeps the order of insertion: the oldest entry makes room. */
function remember(memory: Map<string, Remembered>, key: string, entry: Remembered, max: number): void {
  memory.delete(key);
  memory.set(key, entry);
  if (memory.size <= max) return;
  for (const oldest of memory.keys()) {
    memory.delete(oldest);
    return;
  }
}
