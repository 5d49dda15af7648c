import type { HiddenEndpoint } from '../kinds/kinds.js';
import { saveObject } from '../store/objects.js';
import { saveSetting } from '../store/settings.js';
import type { Work } from '../store/work.js';
import { lockOwnEndpoint } from './endpoint.js';
import { newWebhookSecret, secretSetting } from './own-secret.js';

/**
 * Gives the endpoint that `deliverTo` names a new secret, and returns it. Deliveries are signed with the former ones as
 * well for as long as asked, by the sandbox's clock.
 */
export async function rotateOwnSecret(work: Work, expiresInSeconds: number): Promise<string> {
  const endpoint = await lockOwnEndpoint(work);
  const secret = newWebhookSecret();
  await saveSetting(work.tx, secretSetting, secret);
  if (endpoint !== undefined) {
    const { secrets, retiring = [] } = endpoint.hidden;
    const former = secrets.map((each) => ({ secret: each, until: work.now + expiresInSeconds }));
    const hidden = { ...endpoint.hidden, secrets: [secret], retiring: [...former, ...retiring] };
    await saveObject(work.tx, { ...endpoint, hidden });
  }
  return secret;
}

/** What a delivery is signed with, the newest first. */
export const secretsAt = ({ secrets, retiring = [] }: HiddenEndpoint, now: number): string[] => [
  ...secrets,
  ...retiring.filter(({ until }) => until > now).map(({ secret }) => secret),
];
