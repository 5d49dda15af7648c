import { Database } from '../../../src/database/database.js';
import type { Book } from '../../../src/ledger/book/book.js';
import { Ledger } from '../../../src/ledger/ledger.js';
import type { TestScrip } from '../service/scrip.js';

/** Changes the marks of an account, as a room that has them does. */
export async function markOn(scrip: TestScrip, accountId: string, change: (book: Book) => void): Promise<void> {
  const ledger = scrip.running.app.get(Ledger);
  await scrip.running.app.get(Database).transaction(async (tx) => {
    const book = await ledger.open(tx, accountId);
    change(book);
    await ledger.write(tx, book);
  });
}
