import { apiVersion } from '../api/version.js';
import type { Options } from './options.js';
import type { Alone } from './start-alone.js';

/** What to do with it now, for whoever has just started it. */
export function banner({ sandbox, keptIn }: Alone, { webhooks }: Options): string {
  const { secretKey, url, webhookSecret } = sandbox;
  const { hostname, port } = new URL(url);
  const secretIsFor = webhooks ?? 'the address of --webhooks (npm run sandbox -- --help)';
  const newEndpoint = `${url}/v1/webhook_endpoints -d url=http://127.0.0.1:4000/hooks -d 'enabled_events[]=*'`;
  return [
    '',
    `The Stripe sandbox is ready. It speaks ${apiVersion}, and takes the card 4242 4242 4242 4242.`,
    '',
    `  address         ${url}`,
    `  secret key      ${secretKey}, or any other sk_test_…`,
    `  webhook secret  ${webhookSecret}, for ${secretIsFor}`,
    `  new endpoint    curl -u ${secretKey}: ${newEndpoint}`,
    `  SDK for Node    new Stripe('${secretKey}', { host: '${hostname}', port: ${port}, protocol: 'http' })`,
    `  other SDKs      take ${url} as base address: sandbox/README.md says where, and tells of cards, clock and faults`,
    '',
    `Its data are kept in ${keptIn}. Ctrl-C stops it.`,
    '',
  ].join('\n');
}
