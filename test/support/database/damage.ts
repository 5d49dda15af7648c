import { checkBooks } from '../../../src/book-checks/check-books.js';
import type { TestScrip } from '../service/scrip.js';
import { undone } from './undone.js';

/**
 * The rules of the books that are broken once rows are changed behind the service's back, also such as nobody may
 * change, each once and in the order of their names. The change is taken back.
 */
export function rulesBrokenBy(scrip: TestScrip, damage: string): Promise<string[]> {
  return undone(scrip, async (tx) => {
    await tx.query('alter table entries_v1 disable trigger user; alter table entry_rows disable trigger user');
    await tx.query(damage);
    const { findings } = await checkBooks(tx);
    return [...new Set(findings.map(({ rule }) => rule))].sort();
  });
}
