/** The names under which a machine reaches itself and nobody else does. */
const LOOPBACK_HOST = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i;

/** Whether an address leads to this very machine. A socket in the file system, which has no host, does. */
export function isLoopbackUrl(url: string): boolean {
  const { hostname, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? hostname;
  return host === '' || host.startsWith('/') || LOOPBACK_HOST.test(host);
}
