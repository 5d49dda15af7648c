import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readTimes } from './measure/proc.js';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
/**
 * As `npm start` sets them: a young generation that holds a whole batch, and an old one that grows by a fifth, not
 * twofold, before it is collected. Memory stays below 300 MB at no measurable loss of speed.
 */
const NODE_OPTIONS = ['--enable-source-maps', '--max-semi-space-size=16', '--heap-growing-percent=20'];

export interface ServiceOptions {
  readonly name: string;
  /** The compiled program, below this version's `dist/` unless it is an absolute path. */
  readonly program: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the service may keep files. */
  readonly folder: string;
}

/** How much of what a service has said is shown when it does not start. */
const SHOWN_OUTPUT = 4_000;

/** A service under test: a Node process of its own on a free port, whose output goes to a file. */
export class Service {
  private earlierPeakMb = 0;

  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly logPath: string,
  ) {}

  /** Starts the process and waits until it answers connections. Extra options for Node come from BENCH_NODE_OPTIONS. */
  static async start({ name, program, environment = {}, folder }: ServiceOptions): Promise<Service> {
    const port = await freePort();
    const nodeOptions = (process.env.BENCH_NODE_OPTIONS ?? '').split(' ').filter((option) => option !== '');
    const path = resolve(import.meta.dirname, '..', program);
    const logPath = join(folder, `service-${port}.log`);
    const log = await open(logPath, 'a');
    const child = spawn(process.execPath, [...NODE_OPTIONS, ...nodeOptions, path], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: `${port}`, ...environment },
      stdio: ['ignore', log.fd, log.fd],
    });
    await log.close();
    const service = new Service(name, port, child, logPath);
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
    const peakMb = await this.latePeakMemoryMb();
    return peakMb === undefined ? undefined : Math.max(peakMb, this.earlierPeakMb);
  }

  /** The same since {@link forgetPeak}, where the system can begin anew; otherwise since the start. */
  async latePeakMemoryMb(): Promise<number | undefined> {
    const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8').catch(() => '');
    const peakKb = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
    return peakKb === undefined ? undefined : Number(peakKb) / 1024;
  }

  async forgetPeak(): Promise<void> {
    this.earlierPeakMb = (await this.peakMemoryMb()) ?? 0;
    // See proc_pid_clear_refs(5): 5 sets the peak to what is resident now.
    await writeFile(`/proc/${this.child.pid}/clear_refs`, '5').catch(() => undefined);
  }

  /** What the process has used of the processors so far, or undefined where the system does not tell. */
  async cpuMs(): Promise<number | undefined> {
    return this.child.pid === undefined ? undefined : (await readTimes(this.child.pid))?.ownMs;
  }

  /** Empties the file of its output, which a line for each request makes large. */
  async forgetOutput(): Promise<void> {
    await truncate(this.logPath);
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
      if (this.hasEnded || Date.now() > deadline)
        throw new Error(`${this.name} does not start:\n${(await readFile(this.logPath, 'utf8')).slice(-SHOWN_OUTPUT)}`);
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
