import { addEventHandler } from 'jest-circus';

const DEFAULT_LIMIT_MS = 60_000;

/**
 * The runner lets a test that hangs hang for ever. Here every test and hook gets a limit as it is declared: the one it
 * names, as in `it(name, run, 120_000)`, else a minute.
 */
addEventHandler((event, { currentDescribeBlock }) => {
  const { timeout } = event as { timeout?: number };
  const declared =
    event.name === 'add_test'
      ? currentDescribeBlock.children.at(-1)
      : event.name === 'add_hook'
        ? currentDescribeBlock.hooks.at(-1)
        : undefined;
  if (declared !== undefined && 'fn' in declared) declared.fn = within(timeout ?? DEFAULT_LIMIT_MS, declared.fn);
});

type Run = (...given: never[]) => unknown;

function within(limitMs: number, run: Run): () => Promise<void> {
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done within ${limitMs / 1000} s`)), limitMs);
    });
    try {
      await Promise.race([run(), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
