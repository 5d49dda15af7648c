import type { Socket } from 'node:net';
import type { PoolClient } from 'pg';
import { LimitedClient } from './limited-client.js';
import { isTransient } from './sql-state.js';

/** How long a statement waits for a row or a table that somebody else holds, before SQLSTATE 55P03. */
export const LOCK_TIMEOUT_MS = 4_000;
/** How long a connection is waited for: one of the pool that is free, or a server that answers. */
const CONNECT_TIMEOUT_MS = 3_500;
const MAX_ATTEMPTS = 4;

/** How the driver is used: queries that do not wait for each other share a round trip. Their order is kept. */
export const DRIVER = { pipeline: true, Client: LimitedClient, connectionTimeoutMillis: CONNECT_TIMEOUT_MS };

/** Works with a lent connection, rolls back what fails on it, and returns it. One that breaks meanwhile is given up. */
export async function withClient<T>(client: PoolClient, work: (client: PoolClient) => Promise<T>): Promise<T> {
  let broken: unknown;
  const giveUp = (error: unknown) => {
    broken = error;
  };
  client.on('error', giveUp);
  try {
    return await work(client);
  } catch (error) {
    await client.query('rollback').catch(giveUp);
    throw error;
  } finally {
    client.off('error', giveUp);
    client.release(broken !== undefined);
  }
}

/** What is sent synchronously by `send` leaves as one packet: the server is woken once. */
export function inOnePacket<T>(client: PoolClient, send: () => T): T {
  const { stream } = (client as PoolClient & { connection: { stream: Socket } }).connection;
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}

/** Runs a transaction again for as long as that alone can help, a few times. */
export async function again<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS || !isTransient(error)) throw error;
    }
  }
}
