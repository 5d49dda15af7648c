import { spawn } from 'node:child_process';

export interface Command {
  file: string;
  args: string[];
  uid?: number;
  gid?: number;
}

export interface Outcome {
  exitCode: number | null;
  /** Standard output and standard error, as they came. */
  output: string;
}

/** What the dynamic loader is told, on systems that keep libraries elsewhere, and the date that libfaketime shows. */
const LOADER_VARIABLES = /^(LD_LIBRARY_PATH|LD_PRELOAD|FAKETIME\w*)$/;

/**
 * The environment of every Postgres program: none of this process's, since `PG…` and locale variables change what they
 * do, and since the server has no business with its secrets. Only what decides how any program is loaded is passed on.
 */
export const postgresEnv = {
  LC_ALL: 'C',
  TZ: 'UTC',
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => LOADER_VARIABLES.test(name))),
};

/** Runs a program to its end. One that cannot be started is an outcome too, with the reason as its output. */
export function run(command: Command): Promise<Outcome> {
  const { file, args, uid, gid } = command;
  return new Promise((resolve) => {
    let output = '';
    const failed = (error: Error) => resolve({ exitCode: null, output: `${output}${error.message}` });
    try {
      // The working folder may be one that the other user cannot enter.
      const child = spawn(file, args, { uid, gid, cwd: '/', env: postgresEnv, stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
      }
      child.once('error', failed);
      child.once('close', (exitCode) => resolve({ exitCode, output }));
    } catch (error) {
      failed(error as Error);
    }
  });
}
