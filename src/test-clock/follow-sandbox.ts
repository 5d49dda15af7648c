import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Every } from '../jobs/every.js';
import { Clock } from '../kernel/clock.js';
import { SandboxClock } from './sandbox-clock.js';

const LOOK_EVERY_MS = 1_000;
/** Less than this is the time that a question takes. */
const TOLERANCE_MS = 1_500;

/**
 * Lets the service's clock catch up with the sandbox's, which outlives a restart and may be moved by another process of
 * the service. Never goes back.
 */
@Injectable()
export class FollowSandbox implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(FollowSandbox.name);
  private following: Every | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly sandbox: SandboxClock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.sandbox.exists) return;
    await this.follow();
    const recurring = { work: 'the look at the clock of the sandbox', everyMs: LOOK_EVERY_MS, log: this.log };
    this.following = new Every(recurring, () => this.follow());
  }

  async onModuleDestroy(): Promise<void> {
    await this.following?.stop();
  }

  private async follow(): Promise<void> {
    const time = await this.sandbox.read().catch(() => undefined);
    const behindMs = (time?.now.getTime() ?? 0) - this.clock.now().getTime();
    if (behindMs > TOLERANCE_MS) this.clock.advance(behindMs);
  }
}
