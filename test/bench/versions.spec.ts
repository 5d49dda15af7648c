import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programOf } from '../../bench/against/own-proof.js';
import { cacheFolder, versionOfCheckout, versionOfRef } from '../../bench/against/versions.js';

const LOCK = '{"name":"small","lockfileVersion":3,"requires":true,"packages":{"":{"name":"small"}}}';
const BUILDS = `mkdir -p dist/src && echo built >> dist/src/main.js`;

/** Without the repository that a hook names to the tests that it runs. */
const ENV = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
const IDENTITY = { 'user.name': 'Test', 'user.email': 'test@example.com', 'commit.gpgsign': 'false' };

describe('a version of the past', () => {
  let folder: string;
  let project: string;
  let cache: string;
  let said: string[];
  let options: { cache: string; say: (line: string) => void };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scrip-versions-'));
    project = join(folder, 'project');
    cache = join(folder, 'cache');
    said = [];
    options = { cache, say: (line) => said.push(line) };
    execFileSync('git', ['init', '--quiet', project], { env: ENV });
    await writeFile(join(project, '.gitignore'), 'dist/\n');
    await writeFile(join(project, 'package-lock.json'), LOCK);
  });
  afterEach(() => rm(folder, { recursive: true }));

  function git(...args: string[]): string {
    const identity = Object.entries(IDENTITY).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return execFileSync('git', [...identity, ...args], { cwd: project, encoding: 'utf8', env: ENV }).trim();
  }

  /** Commits a package that is built by this script, and returns the commit. */
  async function commit(build: string | undefined, subject = 'Begin'): Promise<string> {
    const scripts = build === undefined ? {} : { build };
    await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'small', private: true, scripts }));
    git('add', '--all');
    git('commit', '--quiet', '--message', subject);
    return git('rev-parse', 'HEAD');
  }

  it('is built once, whichever name it is asked for by', async () => {
    const first = await commit(BUILDS);
    git('tag', 'v1');
    await commit('false', 'Go on');
    const version = await versionOfRef(project, 'v1', options);
    expect(version).toMatchObject({ name: 'before', folder: join(cache, first) });
    expect(version.description).toMatch(/^[0-9a-f]+ of \d{4}-\d\d-\d\d, "Begin"$/);

    await expect(versionOfRef(project, first.slice(0, 8), options)).resolves.toEqual(version);
    expect(said).toEqual([`Building ${first.slice(0, 7)} in ${version.folder}; the next run finds it there …`]);
    await expect(readFile(join(version.folder, 'dist/src/main.js'), 'utf8')).resolves.toBe('built\n');
  });

  it('is built anew where an earlier run broke off, or its folder was removed', async () => {
    const first = await commit('test -e allowed && mkdir -p dist/src && touch dist/src/main.js');
    await expect(versionOfRef(project, 'HEAD', options)).rejects.toThrow('npm run build fails for');
    await rm(join(cache, first), { recursive: true });
    await expect(versionOfRef(project, 'HEAD', options)).rejects.toThrow('npm run build fails for');
    await writeFile(join(cache, first, 'allowed'), '');
    await expect(versionOfRef(project, 'HEAD', options)).rejects.toThrow('npm run build fails for');
    expect(existsSync(join(cache, first, 'allowed'))).toBe(false);
  });

  it.each(['nonsense', 'v9', '--all', 'HEAD~5', ''])('%j is no version', async (ref) => {
    await commit(BUILDS);
    await expect(versionOfRef(project, ref, options)).rejects.toThrow(
      `--against: this repository has no commit, tag or branch "${ref}"`,
    );
    expect(existsSync(cache)).toBe(false);
  });

  it('needs a git checkout', async () => {
    await rm(join(project, '.git'), { recursive: true });
    await expect(versionOfRef(project, 'HEAD', options)).rejects.toThrow(`${project} is not a git checkout`);
  });

  it('says why its packages cannot be installed', async () => {
    await writeFile(join(project, 'package-lock.json'), '{"lockfileVersion":3');
    await commit(BUILDS);
    await expect(versionOfRef(project, 'HEAD', options)).rejects.toThrow(
      /npm ci --include=dev fails for .*:\nnpm error/,
    );
  });

  it('says that it has no service', async () => {
    await commit('true');
    await expect(versionOfRef(project, 'HEAD', options)).rejects.toThrow('has no dist/src/main.js once it is built');
  });

  it('is told apart from the checkout, which may hold more than its commit', async () => {
    await commit(BUILDS);
    const clean = await versionOfCheckout(project);
    expect(clean).toMatchObject({ name: 'now', folder: project });
    expect(clean.description).toMatch(/"Begin"$/);
    await writeFile(join(project, 'new.ts'), '');
    expect((await versionOfCheckout(project)).description).toMatch(/, with changes that are not committed$/);
  });

  it('lies in the cache of the user', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/cache' })).toBe('/cache/scrip-bench');
    expect(cacheFolder({})).toMatch(/\/\.cache\/scrip-bench$/);
  });
});

describe('the program with the check-books of a version', () => {
  it.each([
    ['exec sh scripts/with-node.sh node --enable-source-maps dist/src/cli/main.js', 'dist/src/cli/main.js'],
    ['node dist/src/cli.js', 'dist/src/cli.js'],
    ['echo none', undefined],
    [undefined, undefined],
  ])('of %j', (script, program) => {
    expect(programOf(script)).toBe(program);
  });
});
