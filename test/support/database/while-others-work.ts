import { SqlState, sqlStateOf } from '../../../src/database/sql-state.js';

const ATTEMPTS = 5;

/**
 * Does something to a database that a service works with: a job that ends just now locks in another order, and what it
 * waits for may wait for this, where Postgres does not see it. So this gives way, and tries again.
 */
export async function whileOthersWork(act: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await act();
      return;
    } catch (error) {
      const state = sqlStateOf(error);
      const isInTheWay = state === SqlState.deadlockDetected || state === SqlState.lockNotAvailable;
      if (attempt === ATTEMPTS || !isInTheWay) throw error;
    }
  }
}
