/**
 * Prints the path of a Node that Scrip runs on: the machine's own when it is new enough, else the one that came with the
 * packages (an optional dependency for each platform). npm puts that one on the PATH of its scripts by itself, before the
 * machine's own, but some versions of npm lose the link; npm_node_execpath is the Node that npm itself runs on.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, resolve, sep } from 'node:path';

const PACKAGES = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];

const modules = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '..', 'node_modules');
const bundled = PACKAGES.map((name) => join(modules, name, 'bin', 'node')).find(existsSync);

/** graphile-worker needs 22.18 and TypeORM 24.11 of their lines; both leave 23 out. */
function isEnough(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major > 24;
}

/** Whether a Node is the machine's and not one of a package. */
function isOwn(path) {
  try {
    return !realpathSync(path).includes(`${sep}node_modules${sep}`);
  } catch {
    return false;
  }
}

function versionOf(path) {
  if (path === process.execPath) return process.versions.node;
  const { stdout } = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8', timeout: 5_000 });
  return (stdout ?? '').trim();
}

const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'));
const candidates = [process.execPath, process.env.npm_node_execpath, ...onPath].filter((path) => path && isOwn(path));
const own = [...new Map(candidates.map((path) => [realpathSync(path), path])).values()];
const enough = own.find((path) => isEnough(versionOf(path))) ?? bundled;

if (enough !== undefined) process.stdout.write(enough);
else {
  const found = own.map(versionOf).find((version) => version !== '') ?? process.versions.node;
  process.stderr.write(
    `Scrip needs Node 22.18, 24.11 or newer, and this is ${found}. ` +
      `A newer one comes with the packages for Linux and macOS: run npm ci, without --omit=optional.\n`,
  );
  process.exitCode = 1;
}
