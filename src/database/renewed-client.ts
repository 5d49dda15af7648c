import pg from 'pg';
import { SqlState } from './sql-state.js';

/**
 * A connection that ends, once nothing is on its way, when the server has refused a write on it as read-only. A session
 * keeps what it began with: without that, a pool would go on refusing writes after the server takes them again.
 */
export class RenewedClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const { connection } = this as unknown as { connection: NodeJS.EventEmitter };
    connection.on('errorMessage', ({ code }: { code?: string }) => {
      if (code === SqlState.readOnlyTransaction) this.once('drain', () => void this.end().catch(() => undefined));
    });
  }
}
