import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { Clock } from '../../kernel/clock.js';
import { invariant } from '../../kernel/invariant.js';
import type { Meter, MeterTerms } from './meter.js';
import { findMeter, lockMeter } from './meters.queries.js';

export interface PutMeterCommand {
  key: string;
  terms: MeterTerms;
  /** Who changed it. */
  apiKeyId: string;
}

export interface PutMeterResult {
  readonly meter: Meter;
  readonly created: boolean;
  readonly changed: boolean;
}

/**
 * Adds a meter or replaces what it says. Terms that hold already change nothing. Locks the meter's row.
 */
@Injectable()
export class PutMeter {
  constructor(private readonly clock: Clock) {}

  async run(tx: Tx, command: PutMeterCommand): Promise<PutMeterResult> {
    const { key, terms, apiKeyId } = command;
    const { name, unit, whenShort, maxDebtCredits } = terms;
    // The instant is taken anew for the change, which may have waited for the lock of another.
    const values = () => [key, name, unit, whenShort, maxDebtCredits, this.clock.now(), apiKeyId];
    const inserted: unknown[] = await tx.query(
      `insert into meters (key, name, unit, when_short, max_debt_credits, created_at, updated_at, api_key_id)
       values ($1, $2, $3, $4, $5::bigint, $6, $6, $7)
       on conflict (key) do nothing
       returning 1`,
      values(),
    );
    const created = inserted.length === 1;
    const changed = !created && !isSame(await lockMeter(tx, key), terms);
    if (changed)
      await tx.query(
        `update meters
         set name = $2, unit = $3, when_short = $4, max_debt_credits = $5::bigint, updated_at = $6, api_key_id = $7
         where key = $1`,
        values(),
      );
    const meter = await findMeter(tx, key);
    invariant(meter !== undefined, 'a meter that was just written is there');
    return { meter, created, changed };
  }
}

function isSame(a: MeterTerms, b: MeterTerms): boolean {
  return a.name === b.name && a.unit === b.unit && a.whenShort === b.whenShort && a.maxDebtCredits === b.maxDebtCredits;
}
