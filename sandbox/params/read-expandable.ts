import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What can be expanded at Stripe, by the name of the object or of a part of it, then by field: an id that an object may
 * stand in the place of, what is shown on request alone, or a part that holds such fields further inside.
 */
export type ExpandableTable = Record<string, Record<string, 'object' | 'included' | 'part'>>;

/** Written by `generate.mjs`. */
export function readExpandable(): ExpandableTable {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'expandable.json'), 'utf8'));
}
