import { Every } from '../../src/jobs/every.js';
import { eventually } from '../support/eventually.js';

describe('work that is done at intervals', () => {
  it('goes on after a failure, which is counted and logged, and is never done twice at once', async () => {
    const [warnings, errors]: unknown[][] = [[], []];
    const log = { warn: (line: unknown) => warnings?.push(line), error: (line: unknown) => errors?.push(line) };
    let [runs, atOnce, mostAtOnce] = [0, 0, 0];
    const every = new Every({ work: 'the test', everyMs: 1, log }, async () => {
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      runs += 1;
      const failing = runs <= 2;
      await new Promise((resolve) => setTimeout(resolve, 5));
      atOnce -= 1;
      if (failing) throw new Error('not now');
    });
    await eventually(
      async () => runs,
      (count) => count >= 4,
    );
    await every.stop();
    const atStop = runs;
    expect({ mostAtOnce, atOnce }).toEqual({ mostAtOnce: 1, atOnce: 0 });
    expect(warnings).toEqual([
      'the test has failed (failure 1) and is tried again',
      'the test has failed (failure 2) and is tried again',
    ]);
    expect(errors).toHaveLength(2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(runs).toBe(atStop);
  });
});
