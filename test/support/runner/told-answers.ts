import { addEventHandler } from 'jest-circus';
import { takeFaults } from './described-answers.js';

const SHOWN = 5;

/** Fails the test, or the hook, during which an answer was not as the API describes it. */
addEventHandler((event, { currentDescribeBlock }) => {
  const declared =
    event.name === 'add_test'
      ? currentDescribeBlock.children.at(-1)
      : event.name === 'add_hook'
        ? currentDescribeBlock.hooks.at(-1)
        : undefined;
  if (declared !== undefined && 'fn' in declared) declared.fn = asDescribed(declared.fn);
});

function asDescribed(run: (...given: never[]) => unknown): () => Promise<void> {
  return async () => {
    try {
      await run();
    } catch (error) {
      // Its own failure says more, and the next test has nothing to do with it.
      takeFaults();
      throw error;
    }
    const faults = takeFaults();
    if (faults.length === 0) return;
    const shown = [...new Set(faults)].slice(0, SHOWN).join('\n  ');
    throw new Error(`${faults.length} answers were not as /openapi.json describes them:\n  ${shown}`);
  };
}
