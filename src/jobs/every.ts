import { noteFailure } from '../kernel/background.js';

export interface Recurring {
  /** Names it where its failures are counted and logged, such as `the sweep of holds`. */
  readonly work: string;
  readonly everyMs: number;
  readonly log: { error(message: unknown): void; warn(message: unknown): void };
}

/** Work that is done at intervals, in the background. */
export class Every {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;

  /**
   * Runs the work `everyMs` from now, and again as long after each of its ends: never twice at once. A run that fails
   * is counted and logged, and the next one comes as if nothing had been.
   */
  constructor(
    private readonly recurring: Recurring,
    private readonly run: () => Promise<unknown>,
  ) {
    this.schedule();
  }

  /** Waits for a run under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.runOnce().finally(() => this.schedule());
    }, this.recurring.everyMs);
    this.timer.unref();
  }

  private async runOnce(): Promise<void> {
    const { work, log } = this.recurring;
    try {
      await this.run();
    } catch (error) {
      log.warn(`${work} has failed (failure ${noteFailure(work)}) and is tried again`);
      log.error(error);
    }
  }
}
