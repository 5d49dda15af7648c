import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const CRUISER = resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
const FOLDERS = ['src', 'sandbox', 'embedded-postgres'];

describe('what npm run check refuses of imports', () => {
  let house: string;
  beforeEach(async () => {
    house = await mkdtemp(join(tmpdir(), 'scrip-imports-'));
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json']) await cp(file, join(house, file));
    for (const folder of FOLDERS) await plant(`${folder}/index.ts`, 'export const one = 1;\n');
    await plant('src/kernel/clock.ts', 'export type Clock = number;\n');
  });
  afterEach(() => rm(house, { recursive: true }));

  async function plant(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(house, path)), { recursive: true });
    await writeFile(join(house, path), text);
  }

  /** The names of the rules that are broken, each once. */
  function broken(): string[] {
    const args = [CRUISER, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...FOLDERS];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: house, encoding: 'utf8' });
    expect(stderr).toBe('');
    const { violations } = JSON.parse(stdout).summary as { violations: { rule: { name: string } }[] };
    return [...new Set(violations.map(({ rule }) => rule.name))].sort();
  }

  it('finds nothing where each keeps to itself', () => {
    expect(broken()).toEqual([]);
  });

  it('a circle, also one of types alone', async () => {
    await plant('sandbox/jobs/jobs.ts', "import type { World } from '../world.js';\nexport type Jobs = World[];\n");
    await plant(
      'sandbox/world.ts',
      "import type { Jobs } from './jobs/jobs.js';\nexport type World = { jobs: Jobs };\n",
    );
    expect(broken()).toEqual(['no-circles']);
  });

  it.each([
    ['sandbox/log.ts', '../src/kernel/clock.js', ['sandbox-stands-alone']],
    ['embedded-postgres/run.ts', '../src/kernel/clock.js', ['embedded-postgres-stands-alone']],
    ['embedded-postgres/run.ts', '../sandbox/index.js', ['embedded-postgres-stands-alone']],
    ['src/app/start.ts', '../../sandbox/index.js', []],
    ['src/app/banner.ts', '../../sandbox/index.js', ['only-start-knows-the-sandbox']],
    ['src/app/start.ts', '../../sandbox/store/clock.js', ['packages-by-what-they-export']],
    ['src/app/start.ts', '../../embedded-postgres/index.js', []],
    ['src/kernel/ids.ts', '../../embedded-postgres/index.js', ['kernel-imports']],
  ])('%s that imports %s breaks %j', async (path, imported, rules) => {
    await plant('sandbox/store/clock.ts', 'export type Clock = number;\n');
    await plant(path, `export * from '${imported}';\n`);
    expect(broken()).toEqual(rules);
  });
});
