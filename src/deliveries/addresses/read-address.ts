import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.js';

export const MAX_ADDRESS_LENGTH = 2_000;

/** Where deliveries may go. */
export interface AddressRules {
  /** Whether plain http and addresses that are not public are allowed, as they are for development. */
  readonly allowPrivate: boolean;
}

/** Nothing is sent to this address. The message is a sentence without a subject, such as `must begin with https://`. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/**
 * The address of an endpoint. An IP address in it is judged in whatever form it is written: decimal, octal, hex and
 * short forms are one address once they are read as URL. Names are judged when they are resolved. @throws
 * AddressRefused
 */
export function readAddress(text: string, { allowPrivate }: AddressRules): URL {
  const url = text.length > MAX_ADDRESS_LENGTH || /[\s\\]/.test(text) ? null : URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new AddressRefused(`must be an absolute https address of at most ${MAX_ADDRESS_LENGTH} characters`);
  if (url.username !== '' || url.password !== '')
    throw new AddressRefused('must not hold a user or a password: deliveries are signed instead');
  if (url.protocol !== 'https:' && !allowPrivate) throw new AddressRefused('must begin with https://');
  const literal = literalOf(url);
  if (literal !== undefined) requirePublic([literal], { allowPrivate });
  return url;
}

/** The IP address that stands in an address; undefined where a name does. */
export function literalOf({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? undefined : bare;
}

/** @throws AddressRefused when one of the addresses may not be dialled: then none of them is */
export function requirePublic(addresses: readonly string[], { allowPrivate }: AddressRules): void {
  if (allowPrivate || addresses.every(isPublicAddress)) return;
  throw new AddressRefused('must not lead into a private network: its host is, or resolves to, no public IP address');
}
