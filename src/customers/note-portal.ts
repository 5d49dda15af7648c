import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { Clock } from '../kernel/clock.js';

export interface NotePortalCommand {
  livemode: boolean;
  stripeConfigurationId: string;
  /** Of what it was set up with. */
  digest: Buffer;
}

/** Remembers what the portal was last set up with. */
@Injectable()
export class NotePortal {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, { livemode, stripeConfigurationId, digest }: NotePortalCommand): Promise<void> {
    await tx.query(
      `insert into portal_configurations (livemode, stripe_configuration_id, digest, updated_at)
       values ($1, $2, $3, $4)
       on conflict (livemode) do update
       set stripe_configuration_id = excluded.stripe_configuration_id,
           digest = excluded.digest,
           updated_at = excluded.updated_at`,
      [livemode, stripeConfigurationId, digest, this.clock.now()],
    );
  }
}
