import type { Entry } from '../book/model.js';
import { Counters } from './counters.js';
import type { ArchivedCounters } from './kept-counters.js';
import type { UndoneLines } from './kept-lines.js';
import type { KnownCounters } from './known-counters.js';

/** What a book knows of usage. Nothing of it is made before it is asked for: most spends are of an amount. */
export class BookUsage {
  private made: Counters | undefined;
  private ofReversals: Map<Entry, UndoneLines> | undefined;

  constructor(private readonly read: KnownCounters | undefined) {}

  get counters(): Counters {
    this.made ??= new Counters(this.read);
    return this.made;
  }

  /** What is known of counters; undefined where the account has never used anything. */
  get known(): KnownCounters | undefined {
    return this.made?.known ?? this.read;
  }

  /** What the row of the balance keeps of counters from now on; null where they have not changed. */
  get keptRow(): string | null {
    return this.made?.isChanged === true ? this.made.keptRow() : null;
  }

  /** What is put into the archive with it. */
  get toArchive(): ArchivedCounters | undefined {
    return this.made?.toArchive;
  }

  /** What a new reversal has undone; undefined where it gave back an amount. */
  undoneBy(reversal: Entry): UndoneLines | undefined {
    return this.ofReversals?.get(reversal);
  }

  noteUndone(reversal: Entry, undone: UndoneLines): void {
    this.ofReversals ??= new Map();
    this.ofReversals.set(reversal, undone);
  }
}
