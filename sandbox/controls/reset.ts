import { kinds } from '../kinds/kinds.js';
import { setMode } from '../webhooks/mode.js';
import { secretSetting } from '../webhooks/own-secret.js';
import type { World } from '../world.js';

/** Forgets everything but the endpoint that `deliverTo` names, and its secret. */
export async function reset(world: World): Promise<void> {
  await world.database.transaction(
    async (tx) => {
      // The numbering goes on: what is still being sent must not be taken for something new.
      await tx.query('truncate sandbox.deliveries, sandbox.idempotency_keys, sandbox.jobs, sandbox.faults');
      await tx.query(
        `delete from sandbox.objects where not (kind = $1 and not deleted and (hidden ->> 'own')::boolean)`,
        [kinds.webhookEndpoint.name],
      );
      await tx.query('delete from sandbox.settings where name <> $1', [secretSetting]);
      await setMode(tx, 'deliver');
      await world.clock.setOffset(tx, 0);
    },
    { alone: true },
  );
}
