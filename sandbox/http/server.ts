import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Log, reasonOf } from '../log.js';
import { BodyTooLarge, type Exchange, openExchange } from './exchange.js';

export interface Listener {
  port: number;
  /** Takes no more requests and waits for those that run. */
  close(): Promise<void>;
}

/** Listens, and hands every request that has arrived in full to `serve`. */
export async function listen(
  { host, port, log }: { host: string; port: number; log: Log },
  serve: (exchange: Exchange) => Promise<void>,
): Promise<Listener> {
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const served = serveOne(request, response, serve, log)
      .catch((error) => log({ level: 'error', message: `a request could not be answered: ${reasonOf(error)}` }))
      .finally(() => running.delete(served));
    running.add(served);
  });
  await bind(server, host, port);
  server.on('error', (error) => log({ level: 'error', message: `a connection was not taken: ${error.message}` }));
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    await Promise.all(running);
    server.closeAllConnections();
    await closed;
  };
  return { port: (server.address() as AddressInfo).port, close };
}

async function serveOne(
  request: IncomingMessage,
  response: ServerResponse,
  serve: (exchange: Exchange) => Promise<void>,
  log: Log,
): Promise<void> {
  const answered = new Promise((resolve) => response.on('close', resolve));
  try {
    const exchange = await openExchange(request, response);
    await serve(exchange);
    await answered;
  } catch (error) {
    if (error instanceof BodyTooLarge) response.writeHead(413).end(error.message);
    else if (!request.destroyed || request.complete) {
      log({ level: 'error', message: `a request failed: ${reasonOf(error)}` });
      if (!response.headersSent) response.writeHead(500).end();
    }
  }
}

/** Rejects with what to do about it when the port is taken. */
function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      const advice = 'Set SANDBOX_PORT to a free one, or stop the program that listens there.';
      return reject(new Error(`The Stripe sandbox cannot listen on port ${port}, which is already taken. ${advice}`));
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}
