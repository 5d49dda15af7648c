import type { WriteStream } from 'node:tty';

const WIDTH = 24;
/** Clears the rest of the line, which a longer text may have left there. */
const CLEAR = '\u001b[K';

/** `[######------]  50 %  12 payments`. The share is from 0 to 1. */
export function bar(share: number, text: string): string {
  const within = Math.min(1, Math.max(0, share));
  const full = Math.round(within * WIDTH);
  const percent = `${Math.floor(within * 100)}`.padStart(3);
  return `[${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}] ${percent} %  ${text}`;
}

/** One line of a terminal that is written over and over; nothing at all where nobody looks. */
export class ProgressLine {
  private isShown = false;

  constructor(private readonly stream: Pick<WriteStream, 'isTTY' | 'write'>) {}

  show(share: number, text: string): void {
    if (!this.stream.isTTY) return;
    this.isShown = true;
    this.stream.write(`\r${bar(share, text)}${CLEAR}`);
  }

  /** Leaves the line as it is, and what follows begins on the next. */
  end(): void {
    if (this.isShown) this.stream.write('\n');
    this.isShown = false;
  }
}

/** For a person on a terminal, or for a program. */
export function print(report: object, lines: () => string[]): void {
  process.stdout.write(process.stdout.isTTY ? `${lines().join('\n')}\n` : `${JSON.stringify(report, null, 2)}\n`);
}
