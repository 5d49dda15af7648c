import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { machineEnv } from './machine-env.js';

export interface CommandRun {
  pid: number;
  /** Ends it and waits for its end. */
  kill(): Promise<void>;
  /** How it ended, with all that it printed. */
  ended: Promise<{ exitCode: number | null; stdout: string; stderr: string }>;
}

/**
 * `npm run scrip -- …` as a process of its own, its output piped; with a terminal of its own where that is asked for.
 */
export function startCommand(args: string[], env: Record<string, string>, { onTerminal = false } = {}): CommandRun {
  const command = [process.execPath, 'dist/src/cli/main.js', ...args];
  const [file = '', ...rest] = onTerminal ? ['script', '-qec', command.join(' '), '/dev/null'] : command;
  const child = spawn(file, rest, { env: { ...machineEnv(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid === undefined) throw new Error(`${file} cannot be run`);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode, stdout, stderr }));
  return {
    pid: child.pid,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
  };
}

export function runCommand(args: string[], env: Record<string, string>) {
  return startCommand(args, env).ended;
}
