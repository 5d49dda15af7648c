import type Stripe from 'stripe';
import { listPage, need, withChanges } from '../api/common.js';
import { invalidRequest } from '../api/errors.js';
import { type Call, type Resource, route } from '../api/resource.js';
import { kinds } from '../kinds/kinds.js';
import { mergeMetadata } from '../params/metadata.js';
import { deleteObject, insertObject, remains, saveObject } from '../store/objects.js';
import { newEndpoint } from '../webhooks/endpoint.js';
import { newWebhookSecret } from '../webhooks/own-secret.js';

async function create({ work, params }: Call<Stripe.WebhookEndpointCreateParams>): Promise<Stripe.WebhookEndpoint> {
  checkUrl(params.url);
  const endpoint = newEndpoint(params, work.now);
  const secret = newWebhookSecret();
  await insertObject(work.tx, kinds.webhookEndpoint, work.now, endpoint, { secrets: [secret], own: false });
  return { ...endpoint, secret };
}

async function retrieve({ work, id }: Call<unknown>): Promise<Stripe.WebhookEndpoint> {
  return (await need(work, kinds.webhookEndpoint, id)).shown;
}

async function update(call: Call<Stripe.WebhookEndpointUpdateParams>): Promise<Stripe.WebhookEndpoint> {
  const { work, params, id } = call;
  const before = await need(work, kinds.webhookEndpoint, id, { lock: true });
  const { description, disabled, enabled_events, url } = params;
  if (url !== undefined) checkUrl(url);
  const status = disabled === undefined ? undefined : disabled ? 'disabled' : 'enabled';
  const shown = {
    ...withChanges(before.shown, { description, enabled_events, status, url }),
    metadata: mergeMetadata(before.shown.metadata, params.metadata),
  };
  await saveObject(work.tx, { ...before, shown });
  return shown;
}

async function remove({ work, id }: Call<unknown>): Promise<Stripe.DeletedWebhookEndpoint> {
  await need(work, kinds.webhookEndpoint, id, { lock: true });
  await deleteObject(work.tx, id);
  return remains('webhook_endpoint', id);
}

const list = ({ work, params }: Call<Stripe.WebhookEndpointListParams>) =>
  listPage(work, kinds.webhookEndpoint, '/v1/webhook_endpoints', params);

function checkUrl(url: string): void {
  if (/^https?:$/.test(URL.parse(url)?.protocol ?? '')) return;
  throw invalidRequest('Invalid URL: An explicit scheme (such as https) must be provided.', {
    code: 'url_invalid',
    param: 'url',
  });
}

export const webhookEndpoints: Resource = {
  routes: [
    route('POST /v1/webhook_endpoints', create),
    route('GET /v1/webhook_endpoints/:id', retrieve),
    route('POST /v1/webhook_endpoints/:id', update),
    route('DELETE /v1/webhook_endpoints/:id', remove),
    route('GET /v1/webhook_endpoints', list),
  ],
};
