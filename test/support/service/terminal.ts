import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/**
 * Whether a walk can be typed here. It is for readers with curl; where that is missing, the story is skipped with a
 * line.
 */
export function hasCurl(): boolean {
  if (spawnSync('curl', ['--version']).status === 0) return true;
  process.stderr.write('SKIPPED: walks need curl: apt-get install curl.\n');
  return false;
}

/** A POSIX shell into which commands are typed, one after the other. */
export interface Terminal {
  /** Returns what the command has printed, errors included. */
  type(command: string): Promise<string>;
  close(): Promise<void>;
}

const DONE = '--- typed ---';

export function openTerminal(): Terminal {
  const shell = spawn('sh', ['-s'], { stdio: ['pipe', 'pipe', 'inherit'] });
  return {
    async type(command) {
      let printed = '';
      shell.stdin.write(`{ ${command}\n} 2>&1\necho '${DONE}'\n`);
      while (!printed.includes(DONE)) printed += (await once(shell.stdout, 'data'))[0];
      return printed.slice(0, printed.indexOf(DONE));
    },
    async close() {
      shell.stdin.end();
      if (shell.exitCode === null) await once(shell, 'exit');
    },
  };
}
