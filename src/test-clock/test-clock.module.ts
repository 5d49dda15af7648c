import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { SettlementModule } from '../settlement/settlement.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { AdvanceClock } from './advance-clock.js';
import { FollowSandbox } from './follow-sandbox.js';
import { SandboxClock } from './sandbox-clock.js';
import { TestClockController } from './test-clock.controller.js';

/** The time, where it can be moved: only with the sandbox. */
@Module({
  imports: [JobsModule, SettlementModule, SubscriptionsModule],
  controllers: [TestClockController],
  providers: [AdvanceClock, FollowSandbox, SandboxClock],
})
export class TestClockModule {}
