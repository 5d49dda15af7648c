import { Inject, Injectable } from '@nestjs/common';
import { RUNTIME, type Runtime } from '../config/config.module.js';

/** What the sandbox says of its time. */
export interface SandboxTime {
  now: Date;
  /** When it will do something by itself next; null when nothing is to come. */
  nextDueAt: Date | null;
}

/** The clock of the sandbox that runs next to the service. */
@Injectable()
export class SandboxClock {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  /** Whether there is one. */
  get exists(): boolean {
    return this.runtime.payments.kind === 'sandbox';
  }

  async read(): Promise<SandboxTime> {
    return toTime(await fetch(this.address('/_sandbox/clock')));
  }

  /** Moves it on by whole seconds. Resolves when what fell due is done, and everybody was told of it once. */
  async advance(seconds: number): Promise<SandboxTime> {
    return toTime(
      await fetch(this.address('/_sandbox/clock/advance'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ seconds }),
      }),
    );
  }

  private address(path: string): string {
    const { apiBase } = this.runtime.stripe;
    if (apiBase === undefined) throw new Error('there is no sandbox where the service speaks to Stripe itself');
    return `${apiBase}${path}`;
  }
}

async function toTime(response: Response): Promise<SandboxTime> {
  if (!response.ok) throw new Error(`the sandbox's clock answered ${response.status}`);
  const { now, nextDueAt } = (await response.json()) as { now: string; nextDueAt: string | null };
  return { now: new Date(now), nextDueAt: nextDueAt === null ? null : new Date(nextDueAt) };
}
