import { IsNull } from 'typeorm';
import type { Tx } from '../database/database.js';
import { newId } from '../kernel/ids.js';
import { Alert } from './alert.entity.js';
import { AlertFiring } from './alert-firing.entity.js';
import type { AlertTerms } from './alerts.dto.js';

/** Names an alert: by its account, null for all accounts, and its key. */
export interface AlertName {
  readonly accountId: string | null;
  readonly key: string;
}

export function whereAlert({ accountId, key }: AlertName) {
  return { accountId: accountId ?? IsNull(), key };
}

/** The alerts of one account alone, or those for all, by their keys. */
export function alertsOf(tx: Pick<Tx, 'find'>, accountId: string | null): Promise<Alert[]> {
  return tx.find(Alert, { where: { accountId: accountId ?? IsNull() }, order: { key: 'asc' } });
}

/** Adds an alert, or sets what it looks for anew. */
export async function storeAlert(
  tx: Tx,
  { accountId, key }: AlertName,
  { terms, now, isNew }: { terms: AlertTerms; now: Date; isNew: boolean },
): Promise<void> {
  if (!isNew) await tx.update(Alert, whereAlert({ accountId, key }), { ...terms, updatedAt: now });
  else await tx.insert(Alert, { id: newId('alt', now), accountId, key, ...terms, createdAt: now, updatedAt: now });
}

/** Notes that an alert for what expires has fired of accounts. */
export async function storeFirings(tx: Tx, alertIds: ReadonlyMap<string, string>, now: Date): Promise<void> {
  const firings = [...alertIds].map(([accountId, alertId]) => ({ alertId, accountId, firedAt: now }));
  if (firings.length > 0) await tx.upsert(AlertFiring, firings, ['alertId', 'accountId']);
}
