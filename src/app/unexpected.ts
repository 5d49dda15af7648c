import { withoutKeys } from '../jobs/describe-error.js';

/** How long what is in flight may take to finish. */
const DRAIN_WITHIN_MS = 10_000;

interface UnexpectedOptions {
  /** Finishes what is in flight and stops what was started. */
  close(): Promise<void>;
}

/**
 * Ends the process with 1 when an error reaches nobody who expects it: after that, nobody knows what holds. It is
 * written as one line of JSON first, and what is in flight is finished. Failures of jobs, timers and connections never
 * come here.
 */
export function exitWhenUnexpected({ close }: UnexpectedOptions): void {
  let isClosing = false;
  const fail = (origin: string) => (error: unknown) => {
    process.stderr.write(`${lineOf(origin, error)}\n`);
    if (isClosing) return;
    isClosing = true;
    setTimeout(() => process.exit(1), DRAIN_WITHIN_MS);
    close()
      .catch((reason: unknown) => process.stderr.write(`${lineOf('close', reason)}\n`))
      .finally(() => process.exit(1));
  };
  process.on('uncaughtException', fail('uncaughtException'));
  process.on('unhandledRejection', fail('unhandledRejection'));
}

/** In the form of the lines that the service logs. */
function lineOf(origin: string, error: unknown): string {
  const { name: type, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const err = { type, message: withoutKeys(message), stack: withoutKeys(stack) };
  const msg = 'an error that nobody expected: Scrip finishes what is in flight and stops';
  return JSON.stringify({ level: 'fatal', time: new Date().toISOString(), origin, err, msg });
}
