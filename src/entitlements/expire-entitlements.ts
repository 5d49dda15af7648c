import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Clock } from '../kernel/clock.js';

/**
 * Writes down which features time has closed, for programs that read the table. Nothing of ours depends on it: every read
 * looks at the clock. Answers how many there were.
 */
@Injectable()
export class ExpireEntitlements {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  run(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const [, count]: [unknown[], number] = await tx.query(
        `update entitlements
         set active = false,
             closed_at = expires_at,
             updated_at = $1
         where active
           and expires_at <= $1`,
        [this.clock.now()],
      );
      return count;
    });
  }
}
