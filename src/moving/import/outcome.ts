import type { Columns } from '../files/formats.js';

export const OUTCOMES = ['importable', 'imported', 'known', 'refused', 'unfinished'] as const;

/** What has become of a line, or would. */
export interface Outcome {
  line: number;
  accountId: string;
  /**
   * `importable`: a run that applies the file would import it. `known`: it was imported before. `refused`: nothing of
   * it was imported. `unfinished`: to be done, or to be done on, by another run.
   */
  status: (typeof OUTCOMES)[number];
  credits: number | null;
  /** Why, in a sentence for whoever made the file. */
  detail: string | null;
}

export const OUTCOME: Columns<Outcome> = {
  line: ({ line }) => line,
  accountId: ({ accountId }) => accountId,
  status: ({ status }) => status,
  credits: ({ credits }) => credits,
  detail: ({ detail }) => detail,
};
