import { closeSync, fstatSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';

const ROTATE_ABOVE_BYTES = 10 * 1024 * 1024;
const TAIL_LINES = 12;

/** Where the server writes its messages; one file before it is kept as `….1`. */
export interface LogFile {
  path: string;
  descriptor: number;
  /** What was written since it was opened. */
  sinceOpened(): string;
  close(): void;
}

export function openLog(dataDir: string): LogFile {
  const path = `${dataDir}.log`;
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_ABOVE_BYTES) renameSync(path, `${path}.1`);
  // Only the owner may read it: failed statements are logged with their text.
  const descriptor = openSync(path, 'a', 0o600);
  const offsetBytes = fstatSync(descriptor).size;
  return {
    path,
    descriptor,
    sinceOpened: () => readFileSync(path).subarray(offsetBytes).toString('utf8'),
    close: () => closeSync(descriptor),
  };
}

/** The last lines of a longer output, which is where a program says why it gave up. */
export function tailOf(output: string): string {
  return output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}
