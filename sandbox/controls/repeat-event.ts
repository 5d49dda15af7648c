import { recordEvent } from '../events/record.js';
import { kinds } from '../kinds/kinds.js';
import { inWork } from '../store/ground.js';
import { findObject, type Identified } from '../store/objects.js';
import { nobody } from '../store/work.js';
import type { World } from '../world.js';
import { BadInput } from './input.js';

/** Tells of one change a second time, under another event id, as Stripe now and then does. */
export function repeatEvent(world: World, eventId: string): Promise<{ id: string }> {
  return inWork(world, nobody, async (work) => {
    const event = await findObject(work.tx, kinds.event, eventId);
    if (event === undefined) throw new BadInput(`there is no event ${eventId}`);
    const { type, data } = event.shown;
    return { id: await recordEvent(work, type, data.object as Identified, data.previous_attributes) };
  });
}
