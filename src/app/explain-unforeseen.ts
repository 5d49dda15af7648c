import { describeError } from '../jobs/describe-error.js';

/** What nobody foresaw is told in a sentence, too; where it comes from is for whoever looks for it. */
export function explainUnforeseen(error: unknown): string {
  if (error instanceof Error && /^(debug|trace)$/.test(process.env.LOG_LEVEL ?? ''))
    return error.stack ?? error.message;
  return `Nobody foresaw this: ${describeError(error)}. LOG_LEVEL=debug shows where it comes from.`;
}
