import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.js';
import type { VersionSide } from './stage-version.js';

const PROOF_TIMEOUT_MS = 30 * 60_000;
/** Exit codes of the command: the books are proven, or a rule is broken. Any other: it could not finish. */
const PROVEN = 0;
const BROKEN = 1;

/**
 * Lets a version prove its books with its own `check-books`. Returns a sentence about it. @throws when a rule is broken,
 * or when the command cannot finish.
 */
export async function ownProof({ version, environment }: VersionSide): Promise<string> {
  const { scripts = {} } = JSON.parse(await readFile(join(version.folder, 'package.json'), 'utf8')) as {
    scripts?: Record<string, string>;
  };
  const program = programOf(scripts.scrip);
  if (program === undefined || !existsSync(join(version.folder, program)))
    return 'It has no check-books that could prove them in its own way.';
  const { code, text, said } = await runCommand(process.execPath, [join(version.folder, program), 'check-books'], {
    cwd: version.folder,
    timeoutMs: PROOF_TIMEOUT_MS,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment, LOG_LEVEL: 'warn' },
  });
  if (code === BROKEN) throw new Error(`The books of "${version.name}" break rules of its own check-books:\n${said}`);
  if (code !== PROVEN) throw new Error(`The check-books of "${version.name}" does not finish:\n${said}`);
  const entries = entriesOf(text);
  const of = entries === undefined ? '' : ` in ${entries.toLocaleString('en')} entries`;
  return `Its own check-books finds no broken rule${of}.`;
}

/** The program behind `npm run scrip`, which has moved. */
export function programOf(script: string | undefined): string | undefined {
  return /\bdist\/\S+\.js\b/.exec(script ?? '')?.[0];
}

function entriesOf(text: string): number | undefined {
  try {
    const { entries } = JSON.parse(text) as { entries?: number };
    return typeof entries === 'number' ? entries : undefined;
  } catch {
    return undefined;
  }
}
