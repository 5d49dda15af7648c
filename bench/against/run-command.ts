import { spawn } from 'node:child_process';

/** How much of what a command has said is shown, at its beginning and at its end: either may tell what is wrong. */
const SHOWN_FIRST = 1_000;
const SHOWN_LAST = 3_000;

export interface Ended {
  /** Null when it did not start, or was stopped. */
  readonly code: number | null;
  /** What it wrote to standard output. */
  readonly text: string;
  /** All that it said, or the beginning and the end of it, for people. */
  readonly said: string;
}

interface RunOptions {
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a command to its end, whatever that is. */
export function runCommand(file: string, args: readonly string[], { cwd, timeoutMs, env }: RunOptions): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    let said = '';
    const hear = (data: string) => {
      said += data;
    };
    child.stdout.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      hear(data);
    });
    child.stderr.setEncoding('utf8').on('data', hear);
    const timer = setTimeout(() => {
      hear(`\nstopped after ${timeoutMs / 60_000} minutes`);
      child.kill('SIGKILL');
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ code: null, text, said: error.message });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, text, said: shorten(said.trim()) });
    });
  });
}

function shorten(said: string): string {
  if (said.length <= SHOWN_FIRST + SHOWN_LAST) return said;
  return `${said.slice(0, SHOWN_FIRST)}\n…\n${said.slice(-SHOWN_LAST)}`;
}
