import type { Tx } from '../store/database.js';
import { settingOr } from '../store/settings.js';
import { newWebhookSecret } from './endpoint.js';

export const secretSetting = 'webhook_secret';

/** The secret of the service's own endpoint, the same for as long as the database lasts. */
export const ownSecret = (tx: Tx): Promise<string> => settingOr(tx, secretSetting, newWebhookSecret());
