import { randomBytes } from 'node:crypto';
import { sha256 } from '../kernel/sha-256.js';

const PREFIX_LENGTH = 9;
const SECRET_KEY_PATTERN = /^sk_[A-Za-z0-9_-]{8,200}$/;

/** A new secret key: `sk_` and 32 random bytes in base64url. It is shown once and stored as a hash. */
export function newSecretKey(): string {
  return `sk_${randomBytes(32).toString('base64url')}`;
}

export function isSecretKey(text: string): boolean {
  return SECRET_KEY_PATTERN.test(text);
}

/** SHA-256 is enough: a key is random, not chosen by a person. */
export function hashOfKey(key: string): Buffer {
  return sha256(key);
}

/** The first characters, by which an owner tells keys apart in a list. */
export function prefixOfKey(key: string): string {
  return key.slice(0, PREFIX_LENGTH);
}
