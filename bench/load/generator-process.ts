import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Job, JobResult } from './job.js';

/** How much longer than planned a load may take: whoever is measured may hang, the benchmark must not. */
const GRACE_SECONDS = 60;

/** The load generator as a child process. One job at a time. */
export class GeneratorProcess {
  private readonly child: ChildProcess = fork(join(import.meta.dirname, 'generator.js'), { execArgv: [] });

  run(job: Job): Promise<JobResult> {
    return new Promise((resolve, reject) => {
      const { child } = this;
      const give = (error: Error) => {
        finish();
        reject(error);
      };
      const onMessage = (message: { result?: JobResult; error?: string }) => {
        finish();
        if (message.result === undefined) reject(new Error(`The load broke off: ${message.error}`));
        else resolve(message.result);
      };
      const onExit = () => give(new Error('The load generator has ended.'));
      const limitSeconds = job.seconds + GRACE_SECONDS;
      const timer = setTimeout(
        () => give(new Error(`The load still runs after ${limitSeconds} s.`)),
        limitSeconds * 1_000,
      );
      const finish = () => {
        clearTimeout(timer);
        child.off('message', onMessage).off('exit', onExit);
      };
      child.once('message', onMessage).once('exit', onExit);
      child.send(job);
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }
}
