import type { Tx } from '../store/database.js';
import { saveSetting, settingOr } from '../store/settings.js';

/** What becomes of events: sent at once, kept until flushed, or never sent. */
export const webhookModes = ['deliver', 'hold', 'drop'] as const;
export type WebhookMode = (typeof webhookModes)[number];

const modeSetting = 'webhook_mode';
/** How long an event waits before it is sent for the first time. */
const delaySetting = 'webhook_delay_ms';

/** The state in which a delivery waits, or does not, under each mode. */
export const stateUnder = { deliver: 'pending', hold: 'held', drop: 'dropped' } as const;

/** Makes sure that there is a mode to lock. */
export const ensureMode = (tx: Tx): Promise<WebhookMode> => settingOr<WebhookMode>(tx, modeSetting, 'deliver');

/** The mode, which cannot change before the reading transaction ends. */
export async function readMode(tx: Tx): Promise<WebhookMode> {
  const [row] = await tx.query<{ value: WebhookMode }>('select value from sandbox.settings where name = $1 for share', [
    modeSetting,
  ]);
  return row?.value ?? 'deliver';
}

/** Deliveries that wait for another attempt are held or dropped along; what is held stays so until it is flushed. */
export async function setMode(tx: Tx, mode: WebhookMode, delayMs = 0): Promise<void> {
  await saveSetting(tx, modeSetting, mode);
  await saveSetting(tx, delaySetting, delayMs);
  await tx.query(`update sandbox.deliveries set state = $1 where state = 'pending'`, [stateUnder[mode]]);
}
