import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.js';

/** Where the sandbox of this data folder listens, for commands and workers that are started elsewhere. */
const pathOf = ({ dataDir }: Config) => join(dataDir, 'sandbox-address');

/** Keeps the address of a sandbox that runs; the function that is returned forgets it. A folder may not be writable. */
export async function keepSandboxAddress(config: Config, url: string): Promise<() => Promise<void>> {
  const path = pathOf(config);
  try {
    await mkdir(config.dataDir, { recursive: true });
    await writeFile(path, `${url}\n`);
  } catch {
    return async () => undefined;
  }
  return async () => {
    const kept = await readFile(path, 'utf8').catch(() => '');
    if (kept.trim() === url) await rm(path, { force: true });
  };
}

/** Where a sandbox said that it listens; else where it would by its configuration. */
export async function findSandbox(config: Config, port: number): Promise<string> {
  const kept = (await readFile(pathOf(config), 'utf8').catch(() => '')).trim();
  return URL.canParse(kept) ? kept : `http://127.0.0.1:${port}`;
}
