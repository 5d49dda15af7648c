import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { eventually } from '../eventually.js';
import { checkAnswerOf } from '../runner/described-answers.js';
import { dataDirOf } from './data-dir.js';
import { machineEnv } from './machine-env.js';
import { TEST_KEY } from './scrip.js';

/** The service as `npm start` runs it: a process of its own, which can be killed. */
export interface ScripProcess {
  url: string;
  /** Where its sandbox is, if it has one. */
  sandboxUrl: string;
  pid: number;
  /** Null for as long as it lives. */
  exitCode(): number | null;
  // biome-ignore lint/suspicious/noExplicitAny: a story reads whatever the contract promises
  api(method: string, path: string, request?: ApiRequest): Promise<any>;
  /** Sends the signal and waits for the end; answers the exit code, null after a kill. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  output(): string;
}

interface ApiRequest {
  body?: unknown;
  key?: string;
  idempotencyKey?: string;
}

const ports = { PORT: await freePort(), SANDBOX_PORT: await freePort() };
/** What was started, by the file of the test that did. */
const started = new Map<ChildProcess, string | undefined>();
process.once('exit', () => killAllBut(() => false));

/** A test that has failed may leave a process behind, which would keep the ports from the files that come after it. */
function killAllBut(isKept: (testPath: string | undefined) => boolean): Promise<unknown> {
  const left = [...started].filter(([, testPath]) => !isKept(testPath)).map(([child]) => child);
  return Promise.all(left.map(async (child) => child.kill('SIGKILL') && (await once(child, 'exit'))));
}

/**
 * Starts it on the same two ports each time, so that addresses survive a restart. Without a database it brings its own;
 * a second process beside it is given a PORT of its own. Those that the tests of an earlier file have left are killed
 * first. Fails with what it printed when it ends instead of starting.
 */
export async function startProcess(
  databaseUrl: string | undefined,
  env: Record<string, string> = {},
): Promise<ScripProcess> {
  const { testPath } = expect.getState();
  await killAllBut((path) => path === testPath);
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: {
      ...machineEnv(),
      PORT: `${ports.PORT}`,
      SANDBOX_PORT: `${ports.SANDBOX_PORT}`,
      DATABASE_URL: databaseUrl ?? '',
      ...(databaseUrl !== undefined && { SCRIP_DATA_DIR: dataDirOf(databaseUrl) }),
      SCRIP_BOOTSTRAP_KEY: TEST_KEY,
      LOG_LEVEL: 'error',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.set(child, testPath);
  child.once('exit', () => started.delete(child));
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  await eventually(
    async () => ({ isReady: /Scrip (?:is ready|works)/.test(output), exitCode: child.exitCode, output }),
    ({ isReady, exitCode }) => isReady || exitCode !== null,
    30_000,
  );
  if (child.exitCode !== null || child.pid === undefined) throw new Error(`the service ended: ${output}`);
  const url = `http://127.0.0.1:${env.PORT ?? ports.PORT}`;
  return {
    url,
    sandboxUrl: `http://127.0.0.1:${env.SANDBOX_PORT ?? ports.SANDBOX_PORT}`,
    pid: child.pid,
    exitCode: () => child.exitCode,
    api: (method, path, request) => call(url, method, path, request),
    end: async (signal) => {
      const exited = once(child, 'exit');
      // One that is gone already exits no more.
      if (child.kill(signal)) await exited;
      return child.exitCode;
    },
    output: () => output,
  };
}

async function call(url: string, method: string, path: string, request: ApiRequest = {}) {
  const { body, key = TEST_KEY, idempotencyKey } = request;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  await checkAnswerOf(url, { method, url: path }, response, text);
  return JSON.parse(text);
}

/** Whether there is a process of this number, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
