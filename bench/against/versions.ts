import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from './run-command.js';

const GIT_TIMEOUT_MS = 60_000;
const INSTALL_TIMEOUT_MS = 15 * 60_000;
const SHORT = 7;

/** A version of Scrip that is built and can be started. */
export interface Version {
  readonly name: 'now' | 'before';
  /** Which commit it is, for readers. */
  readonly description: string;
  /** Its checkout. */
  readonly folder: string;
}

/** Where versions are kept once they are built: outside of every checkout, whose packages they would find otherwise. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'scrip-bench');
}

/** The version of this checkout, as it lies there. */
export async function versionOfCheckout(project: string): Promise<Version> {
  const commit = (await git(project, 'rev-parse', 'HEAD')).text.trim();
  const isChanged = (await git(project, 'status', '--porcelain')).text !== '';
  const changed = isChanged ? ', with changes that are not committed' : '';
  return { name: 'now', description: `${await describe(project, commit)}${changed}`, folder: project };
}

/**
 * The version that a ref of the checkout's repository names. It is checked out next to its kind in the cache, gets its
 * own packages and is built there, unless that was done before.
 *
 * @throws with a sentence for people when there is no such commit, or when it cannot be built.
 */
export async function versionOfRef(
  project: string,
  ref: string,
  { cache = cacheFolder(), say = console.log }: { cache?: string; say?: (line: string) => void } = {},
): Promise<Version> {
  const commit = await resolveRef(project, ref);
  const folder = join(cache, commit);
  // Where git ignores it, and gone with the folder.
  const mark = join(folder, 'dist', 'built-to-compare');
  if (!existsSync(mark)) {
    const short = commit.slice(0, SHORT);
    say(`Building ${short} in ${folder}; the next run finds it there …`);
    await checkOut(project, commit, folder);
    await build(folder, short);
    await writeFile(mark, '');
  }
  return { name: 'before', description: await describe(project, commit), folder };
}

async function resolveRef(project: string, ref: string): Promise<string> {
  const inside = await git(project, 'rev-parse', '--is-inside-work-tree');
  if (inside.code !== 0)
    throw new Error(`--against takes versions from git, and ${project} is not a git checkout: ${inside.said}`);
  const { code, text } = await git(project, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
  if (code !== 0) throw new Error(`--against: this repository has no commit, tag or branch "${ref}"`);
  return text.trim();
}

async function checkOut(project: string, commit: string, folder: string): Promise<void> {
  // What an earlier run left unfinished.
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  // Forced, since git may still list that folder.
  const added = await git(project, 'worktree', 'add', '--force', '--detach', folder, commit);
  if (added.code !== 0) throw new Error(`git cannot check out ${commit.slice(0, SHORT)}:\n${added.said}`);
}

async function build(folder: string, short: string): Promise<void> {
  // Packages that are needed to build are of development.
  for (const args of [
    ['ci', '--include=dev'],
    ['run', 'build'],
  ]) {
    const options = { cwd: folder, timeoutMs: INSTALL_TIMEOUT_MS, env: ownEnv() };
    const { code, said } = await runCommand('npm', args, options);
    if (code !== 0) throw new Error(`npm ${args.join(' ')} fails for ${short} in ${folder}:\n${said}`);
  }
  if (!existsSync(join(folder, 'dist', 'src', 'main.js')))
    throw new Error(`${short} has no dist/src/main.js once it is built, so its service cannot be started`);
}

/**
 * Without what npm says of the package whose script this is, without the wish that it be silent, and without the
 * repository that a hook of git names to what it runs.
 */
function ownEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(package|lifecycle|command|config_loglevel)|^GIT_/.test(name),
    ),
  );
}

async function describe(project: string, commit: string): Promise<string> {
  const { text } = await git(project, 'show', '--no-patch', '--format=%h of %cs, "%s"', commit);
  return text.trim();
}

function git(project: string, ...args: string[]) {
  return runCommand('git', args, { cwd: project, timeoutMs: GIT_TIMEOUT_MS, env: ownEnv() });
}
