import { Module } from '@nestjs/common';
import { JobRegistry } from './job-registry.js';
import { JobRunner } from './job-runner.js';

@Module({
  providers: [JobRegistry, JobRunner],
  exports: [JobRegistry],
})
export class JobsModule {}
