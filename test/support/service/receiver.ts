import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { HOOK_CERTIFICATE, HOOK_KEY } from './certificate.js';

/** What was sent to a receiver. */
export interface Received {
  headers: IncomingMessage['headers'];
  /** As it came, which is what was signed. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a story reads whatever the contract promises
  body: any;
  at: number;
}

/** An app that is sent webhooks, on a port of its own. */
export interface Receiver {
  port: number;
  url: string;
  received: Received[];
  /** How requests are answered from now on; 200 at first. */
  answer(next: (response: ServerResponse, received: Received) => void): void;
  close(): Promise<void>;
}

interface ReceiverOptions {
  host?: string;
  port?: number;
  /** Whether it speaks TLS, as the host `hook.test`. */
  tls?: boolean;
}

export async function startReceiver({
  host = '127.0.0.1',
  port = 0,
  tls = false,
}: ReceiverOptions = {}): Promise<Receiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let answer: (response: ServerResponse, received: Received) => void = (response) => response.writeHead(200).end('ok');
  const listener: RequestListener = async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const one = { headers: request.headers, text, body: jsonIn(text), at: Date.now() };
    received.push(one);
    answer(response, one);
  };
  const server: Server = tls
    ? createTlsServer({ cert: HOOK_CERTIFICATE, key: HOOK_KEY }, listener)
    : createServer(listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  server.listen(port, host);
  await once(server, 'listening');
  const taken = (server.address() as AddressInfo).port;
  return {
    port: taken,
    url: `${tls ? 'https' : 'http'}://${host}:${taken}`,
    received,
    answer: (next) => {
      answer = next;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
