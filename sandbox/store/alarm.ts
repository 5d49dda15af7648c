const longestWaitMs = 60 * 60 * 1000;
const pauseAfterFailureMs = 5_000;

/**
 * Runs a task that looks for something due: at once when woken, again when it was woken meanwhile, and at the time the
 * task itself asks for. Never twice at once. `stop` waits for a run under way.
 */
export class Alarm {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private wokenMeanwhile = false;
  private stopped = false;

  /** `task` returns how long to wait for the next run, or undefined when there is nothing to wait for. */
  constructor(private readonly task: () => Promise<number | undefined>) {}

  wake(): void {
    if (this.stopped) return;
    if (this.running !== undefined) {
      this.wokenMeanwhile = true;
      return;
    }
    clearTimeout(this.timer);
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    let waitMs: number | undefined;
    do {
      this.wokenMeanwhile = false;
      waitMs = await this.task().catch(() => pauseAfterFailureMs);
    } while (this.wokenMeanwhile && !this.stopped);
    this.running = undefined;
    if (waitMs === undefined || this.stopped) return;
    this.timer = setTimeout(() => this.wake(), Math.min(Math.max(waitMs, 1), longestWaitMs));
  }
}
