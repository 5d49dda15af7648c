import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to the database on which nothing moves while it is stalled: no answer, no refusal, no reset. */
export interface StallingProxy {
  /** The database's address by this way. */
  url: string;
  stall(): void;
  resume(): void;
  /** What is open now hangs, as when the machine at the other end has vanished; what is opened later does not. */
  strand(): void;
  /** What is open now breaks. The database notices only when it has something to say. */
  cut(): void;
  close(): Promise<void>;
}

export async function startStallingProxy(databaseUrl: string): Promise<StallingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isStalled = false;
  const server = createServer({ pauseOnConnect: true }, (from) => {
    const to = connect(Number(target.port), target.hostname);
    for (const [source, sink] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(source);
      source.on('data', (data) => sink.write(data));
      source.on('end', () => sink.end());
      source.on('error', () => sink.destroy());
      source.on('close', () => {
        sockets.delete(source);
        sink.destroy();
      });
      if (isStalled) source.pause();
      else source.resume();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    stall: () => {
      isStalled = true;
      for (const socket of sockets) socket.pause();
    },
    resume: () => {
      isStalled = false;
      for (const socket of sockets) socket.resume();
    },
    strand: () => {
      for (const socket of sockets) socket.pause();
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
