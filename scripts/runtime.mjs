/**
 * Prints the path of a Node that Scrip runs on: the one that runs this when it is new enough, else the one that came
 * with the packages (an optional dependency for each platform). npm would put that one on the PATH of its scripts by
 * itself, but some versions of npm lose the link.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** graphile-worker and the embedded Postgres' lock need it. */
const LEAST = [22, 18];
const PACKAGES = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];

const modules = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '..', 'node_modules');
const bundled = PACKAGES.map((name) => join(modules, name, 'bin', 'node')).find(existsSync);
const [major, minor] = process.versions.node.split('.').map(Number);
const isEnough = major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);

if (bundled !== undefined) process.stdout.write(bundled);
else if (isEnough) process.stdout.write(process.execPath);
else {
  process.stderr.write(
    `Scrip needs Node ${LEAST.join('.')} or newer and this is ${process.versions.node}. ` +
      `A newer one comes with the packages for Linux and macOS: run npm ci, without --omit=optional.\n`,
  );
  process.exitCode = 1;
}
