/**
 * Jest's runner of this project: bare Node, two processes. A process asks the runner for its configuration when it is given
 * its first file, and the answer goes to every process that waits then: one that was still loading missed it, was not answered
 * again, and the run never ended. So the second process is given nothing until the first has finished a file, the shortest.
 */
import { createRunner } from 'jest-light-runner';

const LightRunner = createRunner({ runtime: 'child_process' });

export default class Runner extends LightRunner {
  async runTests(tests, watcher, onStart, onResult, onFailure) {
    // Jest puts the files that take longest first.
    const first = tests.at(-1);
    const { promise: isFirstDone, resolve: firstIsDone } = Promise.withResolvers();
    const noting = (report) => (test, outcome) => {
      if (test === first) firstIsDone();
      return report(test, outcome);
    };
    await super.runTests(
      tests.length === 0 ? [] : [first, ...tests.slice(0, -1)],
      watcher,
      async (test) => {
        if (test !== first) await isFirstDone;
        return onStart(test);
      },
      noting(onResult),
      noting(onFailure),
    );
  }
}
