import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';

/** Asks the system which addresses a host has. */
@Injectable()
export class HostResolver {
  /** All of them, in the order in which they are to be tried. @throws when there is none, or nobody answers */
  resolve(hostname: string): Promise<LookupAddress[]> {
    return lookup(hostname, { all: true });
  }
}
