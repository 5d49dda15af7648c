import type Stripe from 'stripe';
import { type Identified, insertObject, type Kind, type Stored, saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { recordEvent } from './record.js';

/** Keeps a new object and records that it came to be. Its id must be new. */
export async function keepNew<S extends Identified & { created: number }, H extends object>(
  work: Work,
  kind: Kind<S, H>,
  stored: Stored<S, H>,
  type: Stripe.Event.Type,
): Promise<void> {
  await insertObject(work.tx, kind, stored.shown.created, stored.shown, stored.hidden);
  await recordEvent(work, type, stored.shown);
}

/** Saves an object and, when what is shown of it has changed, records the change with what was there before. */
export async function saveChange<S extends Identified, H extends object>(
  work: Work,
  before: S,
  after: Stored<S, H>,
  type: Stripe.Event.Type,
): Promise<void> {
  await saveObject(work.tx, after);
  const previous = previousOf(before, after.shown);
  if (Object.keys(previous).length > 0) await recordEvent(work, type, after.shown, previous);
}

type Fields = Record<string, unknown>;

/**
 * The former values of what differs: of objects inside only the fields that differ, null for those that were not there.
 */
export function previousOf(before: object, after: object): Fields {
  const [old, fresh] = [before as Fields, after as Fields];
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
  const differing = names.filter((name) => JSON.stringify(old[name]) !== JSON.stringify(fresh[name]));
  return Object.fromEntries(
    differing.map((name) => {
      const [was, is] = [old[name], fresh[name]];
      return [name, isPlain(was) && isPlain(is) ? previousOf(was, is) : (was ?? null)];
    }),
  );
}

const isPlain = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
