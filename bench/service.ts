import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
/**
 * As `npm start` sets them: a young generation that holds a whole batch, and an old one that grows by a fifth, not
 * twofold, before it is collected. Memory stays below 300 MB at no measurable loss of speed.
 */
const NODE_OPTIONS = ['--enable-source-maps', '--max-semi-space-size=16', '--heap-growing-percent=20'];

export interface ServiceOptions {
  readonly name: string;
  /** The compiled program, below `dist/`. */
  readonly program: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the service may keep files. */
  readonly folder: string;
}

/** A service under test: a Node process of its own on a free port. */
export class Service {
  private output = '';

  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data: Buffer) => {
        this.output = `${this.output}${data}`.slice(-4_000);
      });
  }

  /** Starts the process and waits until it answers connections. Extra options for Node come from BENCH_NODE_OPTIONS. */
  static async start({ name, program, environment = {}, folder }: ServiceOptions): Promise<Service> {
    const port = await freePort();
    const nodeOptions = (process.env.BENCH_NODE_OPTIONS ?? '').split(' ').filter((option) => option !== '');
    const path = join(import.meta.dirname, '..', program);
    const child = spawn(process.execPath, [...NODE_OPTIONS, ...nodeOptions, path], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: `${port}`, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const service = new Service(name, port, child);
    try {
      await service.ready();
    } catch (error) {
      await service.stop();
      throw error;
    }
    return service;
  }

  /** The most memory that the process has had resident at once, or undefined where the system does not tell. */
  async peakMemoryMb(): Promise<number | undefined> {
    const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8').catch(() => '');
    const peakKb = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
    return peakKb === undefined ? undefined : Number(peakKb) / 1024;
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (this.hasEnded) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await answers(this.port))) {
      if (this.hasEnded || Date.now() > deadline) throw new Error(`${this.name} does not start:\n${this.output}`);
      await sleep(50);
    }
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
