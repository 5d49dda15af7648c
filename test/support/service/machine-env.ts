/**
 * What a process of a test is given of this one's environment: where programs are, and the date that it is to live in.
 */
export function machineEnv(): Record<string, string | undefined> {
  const { PATH, LD_PRELOAD } = process.env;
  const date = Object.entries(process.env).filter(([name]) => name.startsWith('FAKETIME'));
  return { PATH, ...(LD_PRELOAD !== undefined && { LD_PRELOAD }), ...Object.fromEntries(date) };
}
