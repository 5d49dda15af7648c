import type Stripe from 'stripe';
import { apiVersion } from '../api/version.js';
import { type HiddenEndpoint, kinds } from '../kinds/kinds.js';
import { newMetadata } from '../params/metadata.js';
import { newId } from '../store/ids.js';
import { insertObject, type Stored, saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { ownSecret } from './own-secret.js';

export const newEndpoint = (params: Stripe.WebhookEndpointCreateParams, created: number): Stripe.WebhookEndpoint => ({
  id: newId('we'),
  object: 'webhook_endpoint',
  api_version: apiVersion,
  application: null,
  created,
  description: params.description ?? null,
  enabled_events: params.enabled_events,
  livemode: false,
  metadata: newMetadata(params.metadata),
  status: 'enabled',
  url: params.url,
});

/** The endpoint that `deliverTo` names, if it is there yet. Locks it, whether or not it is. */
export async function lockOwnEndpoint({
  tx,
}: Work): Promise<Stored<Stripe.WebhookEndpoint, HiddenEndpoint> | undefined> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('stripe-sandbox-own-endpoint'))`);
  const [present] = await tx.query<Stored<Stripe.WebhookEndpoint, HiddenEndpoint>>(
    `select shown, hidden
     from sandbox.objects
     where kind = $1 and not deleted and (hidden ->> 'own')::boolean
     for no key update`,
    [kinds.webhookEndpoint.name],
  );
  return present;
}

/**
 * Points the endpoint that `deliverTo` names at a URL, making it when it is not there. Deliveries that wait go there
 * too.
 */
export async function saveOwnEndpoint(work: Work, url: string): Promise<void> {
  const present = await lockOwnEndpoint(work);
  if (present !== undefined) {
    await saveObject(work.tx, { ...present, shown: { ...present.shown, url } });
    return;
  }
  const endpoint = newEndpoint({ url, enabled_events: ['*'], description: 'The service beside the sandbox' }, work.now);
  await insertObject(work.tx, kinds.webhookEndpoint, work.now, endpoint, {
    secrets: [await ownSecret(work.tx)],
    own: true,
  });
}
