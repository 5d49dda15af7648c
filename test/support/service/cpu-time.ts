/** What one request may take of the CPU, whatever its body. */
export const CPU_BOUND_MS = 100;

const TRIES = 3;

/**
 * The CPU time of this process that something takes, in milliseconds: the least of a few tries, since others on the
 * machine, the compiler and the garbage collector only ever add to it.
 */
export async function leastCpuMsOf(run: () => unknown): Promise<number> {
  let leastMs = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < TRIES && leastMs > CPU_BOUND_MS / 4; attempt += 1) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    leastMs = Math.min(leastMs, (user + system) / 1_000);
  }
  return leastMs;
}
