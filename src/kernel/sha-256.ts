import { hash } from 'node:crypto';

/**
 * The 32 bytes of SHA-256 over bytes, or over a text in UTF-8. By way of a text of one character a byte: asking Node
 * for a buffer at once takes more than twice as long.
 */
export function sha256(data: string | Uint8Array): Buffer {
  return Buffer.from(hash('sha256', data, 'binary'), 'binary');
}
