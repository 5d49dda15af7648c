import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { HostResolver } from './host-resolver.js';
import { AddressRefused, literalOf, readAddress, requirePublic } from './read-address.js';

/** An address whose host was resolved, and every result allowed. */
export interface FoundAddress {
  readonly url: URL;
  /** What may be dialled, and nothing else: the host is not to be resolved a second time. */
  readonly addresses: readonly LookupAddress[];
}

/** Finds out what may be dialled for the address of an endpoint. */
@Injectable()
export class FindAddresses {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'webhookAllowPrivate'>,
    private readonly resolver: HostResolver,
  ) {}

  /** Waits for the resolver no longer than the signal. @throws AddressRefused, or what the resolver throws */
  async run(text: string, signal: AbortSignal): Promise<FoundAddress> {
    const rules = { allowPrivate: this.config.webhookAllowPrivate };
    const url = readAddress(text, rules);
    const literal = literalOf(url);
    if (literal !== undefined) return { url, addresses: [{ address: literal, family: isIP(literal) }] };
    const addresses = await unlessAborted(this.resolver.resolve(url.hostname), signal);
    if (addresses.length === 0) throw new AddressRefused('must have a host that has an IP address');
    const found = addresses.map(({ address }) => address);
    requirePublic(found, rules);
    return { url, addresses };
  }
}

/** Gives up waiting when the signal does. What is waited for goes on, and nobody looks at it. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const give = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', give, { once: true });
  work.catch(() => undefined);
  if (signal.aborted) give();
  return Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener('abort', give));
}
