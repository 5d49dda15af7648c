import { type AddressInfo, createServer } from 'node:net';
import type { Config } from '../config/config.js';
import { CannotStart } from './cannot-start.js';

/** Where the sandbox and the Postgres that are started with the service listen. */
const LOOPBACK = '127.0.0.1';

/**
 * Sees to it that the ports are free before anything is started that takes long: Postgres, migrations. Another program
 * can still be quicker afterwards, and is told of then. @throws CannotStart
 */
export async function requirePorts({ role, host, port, payments }: Config): Promise<void> {
  if (role === 'worker') return;
  if (port !== 0) await tryPort({ host, port, variable: 'PORT' });
  if (payments.kind === 'sandbox' && payments.port !== 0)
    await tryPort({ host: LOOPBACK, port: payments.port, variable: 'SANDBOX_PORT' });
}

/** A port that was free a moment ago: addresses that the service hands out must be known before it listens. */
export function freePort(host: string): Promise<number> {
  return tryPort({ host, port: 0, variable: 'PORT' });
}

interface Wanted {
  host: string;
  port: number;
  /** What sets it. */
  variable: string;
}

function tryPort(wanted: Wanted): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => reject(portFault(error, wanted)));
    probe.listen({ host: wanted.host, port: wanted.port, exclusive: true }, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** Words a failure to listen, or passes it on. */
export function portFault(error: NodeJS.ErrnoException, { host, port, variable }: Wanted): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new CannotStart(`Port ${port} on ${host} is taken by another program. Set ${variable} to a free one.`);
    case 'EACCES':
      return new CannotStart(`Port ${port} is not open to this user. Set ${variable} to one above 1023.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new CannotStart(`${host} is no address of this machine. Set HOST to 127.0.0.1, or to 0.0.0.0 for all.`);
    default:
      return error;
  }
}
