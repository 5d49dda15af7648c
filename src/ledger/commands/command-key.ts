import { fingerprintOf, keyDigest } from '../../idempotency/idempotency-key.js';
import type { CommandKey } from '../posting/decide-commands.js';

/**
 * A key that rows keep, mostly. Its digest is made when it is decided on: until then thousands may wait. Its
 * fingerprint is made where it is asked for, since the key is known or stored.
 */
export class KeptKey implements CommandKey {
  private made: Buffer | undefined;

  constructor(
    private readonly accountId: string,
    private readonly key: string,
    private readonly makeFingerprint: () => Buffer,
  ) {}

  get digest(): Buffer {
    this.made ??= keyDigest(this.accountId, this.key);
    return this.made;
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
