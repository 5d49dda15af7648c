import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import { apiVersion } from '../api/version.js';
import { type HiddenEndpoint, kinds } from '../kinds.js';
import { newMetadata } from '../params/metadata.js';
import { newId } from '../store/ids.js';
import { insertObject, type Stored, saveObject } from '../store/objects.js';
import type { Work } from '../store/work.js';

export const newWebhookSecret = (): string => `whsec_${randomBytes(24).toString('hex')}`;

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

/** Points the service's own endpoint at a URL, making it when it is not there. Deliveries that wait go there too. */
export async function saveOwnEndpoint(work: Work, url: string, secret: string): Promise<void> {
  await work.tx.query(`select pg_advisory_xact_lock(hashtext('stripe-sandbox-own-endpoint'))`);
  const [present] = await work.tx.query<Stored<Stripe.WebhookEndpoint, HiddenEndpoint>>(
    `select shown, hidden
     from sandbox.objects
     where kind = $1 and not deleted and (hidden ->> 'own')::boolean
     for no key update`,
    [kinds.webhookEndpoint.name],
  );
  if (present !== undefined) {
    await saveObject(work.tx, { ...present, shown: { ...present.shown, url } });
    return;
  }
  const endpoint = newEndpoint({ url, enabled_events: ['*'], description: 'The service beside the sandbox' }, work.now);
  await insertObject(work.tx, kinds.webhookEndpoint, work.now, endpoint, { secrets: [secret], own: true });
}
