import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { SandboxClock } from './sandbox-clock.js';

const LOOK_EVERY_MS = 1_000;
/** Less than this is the time that a question takes. */
const TOLERANCE_MS = 1_500;

/**
 * Lets the service's clock catch up with the sandbox's, which outlives a restart and may be moved by another process of the
 * service. Never goes back.
 */
@Injectable()
export class FollowSandbox implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly sandbox: SandboxClock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.sandbox.exists) return;
    await this.follow();
    this.timer = setInterval(() => void this.follow(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async follow(): Promise<void> {
    const time = await this.sandbox.read().catch(() => undefined);
    const behindMs = (time?.now.getTime() ?? 0) - this.clock.now().getTime();
    if (behindMs > TOLERANCE_MS) this.clock.advance(behindMs);
  }
}
