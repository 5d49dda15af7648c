import pg from 'pg';
import { SqlState } from './sql-state.js';

/**
 * The connection that every pool and everybody else uses. It may break at any moment, also while it is lent and nothing
 * is on its way, when the driver tells of it by an event alone. It ends by itself, once nothing is on its way, when the
 * server has refused a write on it as read-only: a session keeps what it began with, and a pool would go on refusing
 * writes after the server takes them again.
 */
export class RenewedClient extends pg.Client {
  private isStale = false;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // Whoever waits for an answer hears of a connection that breaks; where nobody does, it must not end the process.
    this.on('error', () => undefined);
    const { connection } = this as unknown as { connection: NodeJS.EventEmitter };
    connection.on('errorMessage', ({ code }: { code?: string }) => {
      if (code !== SqlState.readOnlyTransaction || this.isStale) return;
      this.isStale = true;
      this.once('drain', () => void this.end().catch(() => undefined));
    });
  }
}
