import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Runtime } from '../config/config.module.js';
import { takeOver } from '../ledger/hand-over/take-over.js';
import type { Posting } from '../ledger/posting.js';
import { CannotStart } from './cannot-start.js';

const PROGRAM = join(import.meta.dirname, '..', 'http-process.js');
/** How long after the end of a process the next one is started in its place. */
const REPLACE_AFTER_MS = 500;

export interface Start {
  readonly is: 'start';
  readonly port: number;
  readonly runtime: Runtime;
}

/** What a process that answers HTTP is told. */
export type Order = Start | { readonly is: 'stop' };

/** What it says, apart from what it hands over: it hears orders, it listens, or it cannot. */
export type Report =
  | { readonly is: 'up' }
  | { readonly is: 'listening' }
  | { readonly is: 'failed'; readonly reason: string };

export interface HttpProcessesOptions {
  readonly count: number;
  readonly port: number;
  readonly runtime: Runtime;
  /** How long one of them may take to finish what is in flight. */
  readonly stopWithinMs: number;
  /** What posts what they hand over. */
  readonly posting: Posting;
}

/**
 * Processes that answer HTTP on one port, which share its connections, and hand what callers write to the ledger to
 * this one. One that ends is replaced. When this one ends, however, they end as well.
 */
export class HttpProcesses {
  private readonly log = new Logger('HttpProcesses');
  private readonly running = new Set<Worker>();
  private readonly replacing = new Set<NodeJS.Timeout>();
  private isStopping = false;

  private constructor(private readonly options: HttpProcessesOptions) {}

  /** Resolves when all of them listen. @throws CannotStart when one of them cannot */
  static async start(options: HttpProcessesOptions): Promise<HttpProcesses> {
    const processes = new HttpProcesses(options);
    // Each takes its connections from the system. Handed over by this process, one that is on its way to a process that
    // has just ended would be lost, and who opened it would wait for ever.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({ exec: PROGRAM });
    try {
      await Promise.all(Array.from({ length: options.count }, () => processes.startOne()));
      return processes;
    } catch (error) {
      await processes.stop();
      throw error;
    }
  }

  /** Lets them finish what is in flight. What they hand over meanwhile must still be posted. */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const timer of this.replacing) clearTimeout(timer);
    await Promise.all(
      [...this.running].map(async (worker) => {
        const ended = once(worker, 'exit');
        const timer = setTimeout(() => worker.process.kill('SIGKILL'), this.options.stopWithinMs);
        give(worker, { is: 'stop' });
        await ended;
        clearTimeout(timer);
      }),
    );
  }

  private async startOne(): Promise<void> {
    const { port, runtime, posting } = this.options;
    const worker = cluster.fork();
    this.running.add(worker);
    takeOver(worker, posting);
    await new Promise<void>((resolve, reject) => {
      const end = (how: string) => {
        this.replace(worker, how);
        reject(new CannotStart(`A process that answers HTTP has ended (${how}).`));
      };
      worker.once('exit', (code, signal) => end(signal ?? `${code}`));
      // It was not even made.
      worker.once('error', (error: Error) => end(error.message));
      worker.on('message', (report: Report | unknown[]) => {
        if (Array.isArray(report)) return;
        // It hears nothing before.
        if (report.is === 'up') give(worker, this.isStopping ? { is: 'stop' } : { is: 'start', port, runtime });
        else if (report.is === 'listening') resolve();
        else reject(new CannotStart(report.reason));
      });
    });
  }

  private replace(worker: Worker, how: string): void {
    if (!this.running.delete(worker) || this.isStopping) return;
    this.log.error(`a process that answers HTTP has ended (${how}): another one takes its place`);
    const timer = setTimeout(() => {
      this.replacing.delete(timer);
      this.startOne().catch((error: unknown) => this.log.error(error));
    }, REPLACE_AFTER_MS);
    this.replacing.add(timer);
  }
}

/** One that is gone hears nothing. */
function give(worker: Worker, order: Order): void {
  worker.send(order, () => undefined);
}
