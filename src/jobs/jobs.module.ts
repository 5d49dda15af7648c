import { Module } from '@nestjs/common';
import { JobRegistry } from './job-registry.js';
import { JobRunner } from './job-runner.js';
import { RecurringWork } from './recurring-work.js';
import { WaitingJobs } from './waiting-jobs.js';

@Module({
  providers: [JobRegistry, JobRunner, RecurringWork, WaitingJobs],
  exports: [JobRegistry, RecurringWork, WaitingJobs],
})
export class JobsModule {}
