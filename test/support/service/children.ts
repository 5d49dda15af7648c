import { execFileSync } from 'node:child_process';

/** The processes that a process has started and that still run, by the name of their program. */
export function childrenOf(pid: number, program: string): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=', '-o', 'ppid=', '-o', 'args='], { encoding: 'utf8' }).split(
    '\n',
  );
  return lines.flatMap((line) => {
    const [child, parent, ...args] = line.trim().split(/\s+/);
    return Number(parent) === pid && args.join(' ').includes(program) ? [Number(child)] : [];
  });
}
