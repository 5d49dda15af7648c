import type { Job } from './job.js';
import { runJob } from './run-job.js';

// The load generator: a process of its own, so that it has an event loop of its own. It gets jobs and answers results.

process.on('message', (job: Job) => {
  runJob(job).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : `${error}` }),
  );
});
process.on('disconnect', () => process.exit(0));
