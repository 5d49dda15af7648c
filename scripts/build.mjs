/**
 * Compiles the TypeScript of the service, the sandbox, the migrations and the benchmark to `dist/` with swc, and that of
 * the folders it is given besides, such as `test`, without checking types (`npm run check:types` does). A file is
 * compiled again only when it is newer than its output, so that a second start loses no time; outputs whose source is
 * gone are removed.
 */
import { cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { transformFile } from '@swc/core';

const root = resolve(import.meta.dirname, '..');
const out = join(root, 'dist');
const roots = ['src', 'sandbox', 'migrations', 'bench', ...process.argv.slice(2)];

/** Every file below `folder`, as paths relative to the project. */
async function filesBelow(folder) {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((e) => e.isFile()).map((e) => relative(root, join(e.parentPath, e.name)));
}

const mtime = async (path) => (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;

const wanted = new Set();
let compiled = 0;
await Promise.all(
  (await Promise.all(roots.map(filesBelow))).flat().map(async (file) => {
    const source = join(root, file);
    if (file.endsWith('.ts') && !file.endsWith('.d.ts')) {
      const target = join(out, file.replace(/\.ts$/, '.js'));
      wanted.add(target).add(`${target}.map`);
      if ((await mtime(target)) > Math.max(await mtime(source), await mtime(join(root, '.swcrc')))) return;
      const { code, map } = await transformFile(source, {
        configFile: join(root, '.swcrc'),
        sourceFileName: relative(dirname(target), source),
      });
      await mkdir(dirname(target), { recursive: true });
      await writeFile(`${target}.map`, map ?? '{}');
      await writeFile(target, `${code}\n//# sourceMappingURL=${target.split('/').pop()}.map\n`);
      compiled += 1;
    } else if (!file.endsWith('.md')) {
      const target = join(out, file);
      wanted.add(target);
      if ((await mtime(target)) > (await mtime(source))) return;
      await mkdir(dirname(target), { recursive: true });
      await cp(source, target);
    }
  }),
);

const stale = (await Promise.all(roots.map((folder) => filesBelow(join('dist', folder)))))
  .flat()
  .map((file) => join(root, file))
  .filter((path) => !wanted.has(path));
await Promise.all(stale.map((path) => rm(path)));
if (compiled > 0) process.stderr.write(`compiled ${compiled} files\n`);
