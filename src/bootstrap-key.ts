import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config/config.js';

/**
 * The key that a start without configuration works with: the configured one, or one of our own that is kept in the
 * data folder (readable by its owner alone), so that the next start prints the same. With an own Postgres and no
 * configured key there is none.
 */
export async function bootstrapKeyOf(config: Config): Promise<string | undefined> {
  if (config.bootstrapKey !== undefined) return config.bootstrapKey;
  if (config.database.kind === 'own') return undefined;
  const path = join(config.dataDir, 'bootstrap-key');
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (kept.trim() !== '') return kept.trim();
  const key = `sk_${randomBytes(24).toString('base64url')}`;
  await mkdir(config.dataDir, { recursive: true });
  await writeFile(path, `${key}\n`, { mode: 0o600 });
  return key;
}
