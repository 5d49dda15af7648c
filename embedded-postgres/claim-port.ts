import { type AddressInfo, createServer } from 'node:net';
import { codeOf, EmbeddedPostgresError, useOwnPostgres } from './errors.js';

/**
 * Checks that a port of 127.0.0.1 is free, or finds one for port 0. Another program can still be quicker afterwards.
 */
export function claimPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => reject(portUnusable(port, codeOf(error))));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
}

export function portUnusable(port: number, code: string | undefined): EmbeddedPostgresError {
  const reason = code === 'EACCES' ? 'not open to this user' : 'taken by another program';
  return new EmbeddedPostgresError(
    `The port ${port} of the embedded Postgres is ${reason}. ` +
      `Set EMBEDDED_POSTGRES_PORT to a free port, ${useOwnPostgres}.`,
  );
}
