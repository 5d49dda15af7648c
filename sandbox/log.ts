export interface LogLine {
  level: 'info' | 'warn' | 'error';
  message: string;
  [fact: string]: unknown;
}

export type Log = (line: LogLine) => void;

/** What can be told of anything that was thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
