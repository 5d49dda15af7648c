import type { TaskList } from 'graphile-worker';
import { describeError } from './describe-error.js';

/** Runs one job, whatever its kind. */
type Handler = (payload: unknown) => Promise<void>;

/** The jobs that this process runs now. */
export class JobsInHand {
  private readonly running = new Map<string, Promise<void>>();

  /** The same handlers, whose jobs are known here for as long as they run, and whose failures can be stored as text. */
  watch(handlers: Readonly<Record<string, Handler>>): TaskList {
    return Object.fromEntries(
      Object.entries(handlers).map(([name, handler]) => [
        name,
        (payload, { job }) => this.run(String(job.id), () => handler(payload)),
      ]),
    ) satisfies TaskList;
  }

  get ids(): string[] {
    return [...this.running.keys()];
  }

  /** Resolves when those that run now have ended, well or not. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.running.values());
  }

  private run(jobId: string, handle: () => Promise<void>): Promise<void> {
    const running = handle()
      .catch((error: unknown) => {
        throw storable(error);
      })
      .finally(() => this.running.delete(jobId));
    this.running.set(jobId, running);
    return running;
  }
}

/** The failure as the queue may keep it: its message is stored and logged. Where it happened is kept for the log. */
function storable(error: unknown): Error {
  const failure = new Error(describeError(error));
  const frames = error instanceof Error ? (error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? []) : [];
  failure.stack = [failure.message, ...frames].join('\n');
  return failure;
}
