import type { Position } from '../../rating/pricing/position.js';
import type { Balance, Entry } from '../book/model.js';
import { Counters } from './counters.js';
import { Inclusions } from './included/inclusions.js';
import type { KnownInclusions } from './included/known-inclusions.js';
import type { ArchivedCounters } from './kept-counters.js';
import type { UndoneLines } from './kept-lines.js';
import type { CounterName, KnownCounters } from './known-counters.js';

/** What a position is asked for with. */
export interface AskedPosition {
  /** Of one month. */
  readonly counters: readonly CounterName[];
  /** What is included for usage of this instant is in it; nothing where it is left out. */
  readonly usedAt?: Date;
  /** These inclusions are in it as well, by their ids, whatever they still cover. */
  readonly named?: readonly string[];
}

/** What a book knows of usage. Nothing of it is made before it is asked for: most spends are of an amount. */
export class BookUsage {
  private made: Counters | undefined;
  private madeInclusions: Inclusions | undefined;
  private ofReversals: Map<Entry, UndoneLines> | undefined;

  constructor(
    private readonly balance: Balance,
    private readonly read: KnownCounters | undefined,
    private readonly readInclusions: KnownInclusions | undefined,
  ) {}

  get counters(): Counters {
    this.made ??= new Counters(this.read);
    return this.made;
  }

  /** What is known of counters; undefined where the account has never used anything. */
  get known(): KnownCounters | undefined {
    return this.made?.known ?? this.read;
  }

  get inclusions(): Inclusions {
    this.madeInclusions ??= new Inclusions(this.readInclusions, this.balance);
    return this.madeInclusions;
  }

  /** What is known of inclusions; undefined where nothing is, or where there are none. */
  get knownInclusions(): KnownInclusions | undefined {
    return this.madeInclusions?.known ?? this.readInclusions;
  }

  get hasChangedInclusions(): boolean {
    return this.madeInclusions?.isChanged === true;
  }

  /** Where the account stands before usage is priced or undone. @throws ReadFurther where that is not known */
  position({ counters, usedAt, named = [] }: AskedPosition): Position {
    const position = this.counters.position(counters);
    if (usedAt === undefined && named.length === 0) return position;
    const inclusions = this.inclusions.asked({ usedAt, named });
    return inclusions.length === 0 ? position : { ...position, inclusions };
  }

  /** Where it stands from now on. */
  move(counters: readonly CounterName[], position: Position): void {
    this.counters.move(counters, position);
    if (position.inclusions.length > 0) this.inclusions.move(position);
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
