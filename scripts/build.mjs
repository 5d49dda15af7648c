/**
 * Compiles the TypeScript of the service, the migrations and the benchmark to `dist/`, and that of each package to a
 * `dist/` of its own, with swc and without checking types (`npm run check:types` does). With `test` as argument the
 * tests are compiled as well. A file is compiled again only when it is newer than its output, so that a second start
 * loses no time; outputs whose source is gone are removed.
 */
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { transformFile } from '@swc/core';

const root = resolve(import.meta.dirname, '..');
const withTests = process.argv.includes('test');
const { workspaces } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

/** Of a package: what is no source of it. Tests that are not asked for are left as they are. */
const isLeftOut = (path) => /^(dist|node_modules)\/|^package\.json$/.test(path) || (!withTests && /^test\//.test(path));

const units = [
  ...['src', 'migrations', 'bench', ...(withTests ? ['test'] : [])].map((folder) => ({
    from: join(root, folder),
    to: join(root, 'dist', folder),
    leaveOut: () => false,
  })),
  ...workspaces.map((name) => ({ from: join(root, name), to: join(root, name, 'dist'), leaveOut: isLeftOut })),
];

/** Every file below `folder`, as a path relative to it. */
async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((e) => e.isFile()).map((e) => relative(folder, join(e.parentPath, e.name)));
}

const mtime = async (path) => (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;

let compiled = 0;

/** Returns the paths of what it becomes. */
async function build(source, plainTarget) {
  if (source.endsWith('.md')) return [];
  const isCode = source.endsWith('.ts') && !source.endsWith('.d.ts');
  const target = isCode ? plainTarget.replace(/\.ts$/, '.js') : plainTarget;
  const madeAt = await mtime(target);
  if (!isCode) {
    if (madeAt > (await mtime(source))) return [target];
    await mkdir(dirname(target), { recursive: true });
    await cp(source, target);
    return [target];
  }
  const outputs = [target, `${target}.map`];
  if (madeAt > Math.max(await mtime(source), await mtime(join(root, '.swcrc')))) return outputs;
  const { code, map } = await transformFile(source, {
    configFile: join(root, '.swcrc'),
    sourceFileName: relative(dirname(target), source),
  });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(`${target}.map`, map ?? '{}');
  await writeFile(target, `${code}\n//# sourceMappingURL=${target.split('/').pop()}.map\n`);
  compiled += 1;
  return outputs;
}

await Promise.all(
  units.map(async ({ from, to, leaveOut }) => {
    const sources = (await filesBelow(from)).filter((path) => !leaveOut(path));
    const made = await Promise.all(sources.map((path) => build(join(from, path), join(to, path))));
    const wanted = new Set(made.flat());
    const stale = (await filesBelow(to)).filter((path) => !leaveOut(path)).map((path) => join(to, path));
    await Promise.all(stale.filter((path) => !wanted.has(path)).map((path) => rm(path)));
  }),
);
if (compiled > 0) process.stderr.write(`compiled ${compiled} files\n`);
