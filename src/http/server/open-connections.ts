import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The connections of a server. When a server closes, Node looks no more for connections that say nothing or stop in the
 * middle of a request, and waits for them for ever: browsers open some in advance, and anybody may.
 */
export class OpenConnections {
  private readonly open = new Set<Socket>();
  private readonly requests = new Map<Socket, IncomingMessage>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.open.add(socket);
      socket.once('close', () => this.open.delete(socket));
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      this.requests.set(socket, request);
      response.once('close', () => {
        if (this.requests.get(socket) === request) this.requests.delete(socket);
      });
    });
  }

  /** Ends those on which no whole request waits for its answer. */
  endUnheard(): void {
    for (const socket of this.open) if (this.requests.get(socket)?.complete !== true) socket.destroy();
  }

  /** Ends all. */
  end(): void {
    for (const socket of this.open) socket.destroy();
  }
}
