import { fingerprintOf, keyDigest } from '../../idempotency/idempotency-key.js';
import type { CommandKey } from '../posting/decide-commands.js';

/** A key that rows keep, mostly: its fingerprint is made where it is asked for, since the key is known or stored. */
export class KeptKey implements CommandKey {
  readonly digest: Buffer;

  constructor(
    accountId: string,
    key: string,
    private readonly makeFingerprint: () => Buffer,
  ) {
    this.digest = keyDigest(accountId, key);
  }

  get fingerprint(): Buffer {
    return this.makeFingerprint();
  }
}

export function commandKey(accountId: string, key: string, route: string, body: unknown): CommandKey {
  return { digest: keyDigest(accountId, key), fingerprint: fingerprintOf(route, body) };
}

export function optionalKey(
  accountId: string,
  key: string | undefined,
  route: string,
  body: unknown,
): CommandKey | undefined {
  return key === undefined ? undefined : commandKey(accountId, key, route, body);
}
