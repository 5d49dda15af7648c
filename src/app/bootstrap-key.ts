import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotWrite } from '@scrip/embedded-postgres';
import type { Config } from '../config/config.js';

/** The secret key that a service begins with. */
export interface BootstrapKey {
  readonly secret: string;
  readonly origin: 'configured' | 'kept' | 'made';
}

/**
 * The key that a service begins with: the configured one, or one that was made up here and is kept in the data folder,
 * readable by its owner alone. It is made, and then shown, once. With an own Postgres and no configured key there is
 * none.
 */
export async function bootstrapKeyOf(config: Config): Promise<BootstrapKey | undefined> {
  const there = await findBootstrapKey(config);
  if (there !== undefined || config.database.kind === 'own') return there;
  const secret = `sk_${randomBytes(24).toString('base64url')}`;
  try {
    await mkdir(config.dataDir, { recursive: true });
    await writeFile(pathOf(config), `${secret}\n`, { mode: 0o600 });
  } catch (error) {
    throw cannotWrite(config.dataDir, error);
  }
  return { secret, origin: 'made' };
}

/** The key that is there already, for whoever may read the configuration and the data folder. */
export async function findBootstrapKey(config: Config): Promise<BootstrapKey | undefined> {
  if (config.bootstrapKey !== undefined) return { secret: config.bootstrapKey, origin: 'configured' };
  if (config.database.kind === 'own') return undefined;
  const kept = (await readFile(pathOf(config), 'utf8').catch(() => '')).trim();
  return kept === '' ? undefined : { secret: kept, origin: 'kept' };
}

const pathOf = ({ dataDir }: Config) => join(dataDir, 'bootstrap-key');
