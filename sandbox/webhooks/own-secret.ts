import { randomBytes } from 'node:crypto';
import type { Tx } from '../store/database.js';
import { settingOr } from '../store/settings.js';

export const secretSetting = 'webhook_secret';

export const newWebhookSecret = (): string => `whsec_${randomBytes(24).toString('hex')}`;

/** The secret of the endpoint that `deliverTo` names: the same for as long as the database lasts, unless rotated. */
export const ownSecret = (tx: Tx): Promise<string> => settingOr(tx, secretSetting, newWebhookSecret());
