import { Module } from '@nestjs/common';
import { JobRegistry } from './job-registry.js';
import { JobRunner } from './job-runner.js';
import { RecurringWork } from './recurring-work.js';

@Module({
  providers: [JobRegistry, JobRunner, RecurringWork],
  exports: [JobRegistry, RecurringWork],
})
export class JobsModule {}
