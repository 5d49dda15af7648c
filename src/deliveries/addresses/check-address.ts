import { Injectable } from '@nestjs/common';
import { ValidationFailed } from '../../http/problems/http.problems.js';
import { FindAddresses } from './find-addresses.js';
import { AddressRefused } from './read-address.js';

/** How long a request that names an address waits for the name servers. */
const RESOLVED_WITHIN_MS = 2_000;

/** Says early what would make every delivery to an address fail. Each attempt looks anew all the same. */
@Injectable()
export class CheckAddress {
  constructor(private readonly findAddresses: FindAddresses) {}

  /**
   * A host that name servers do not know, or not in time, is taken: it may be set up later. @throws ValidationFailed
   */
  async run(address: string): Promise<void> {
    try {
      await this.findAddresses.run(address, AbortSignal.timeout(RESOLVED_WITHIN_MS));
    } catch (error) {
      if (error instanceof AddressRefused) throw ValidationFailed.at('/url', error.message);
    }
  }
}
