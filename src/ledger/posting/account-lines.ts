import type { Waiting } from './waiting.js';

/** An account's commands, oldest first. */
type Line = Waiting[];

/**
 * The commands of accounts that were set apart from all others: a line for each account, in which they keep the order
 * in which they were posted.
 */
export class AccountLines {
  /** The account that was longest not tried stands first. */
  private readonly lines = new Map<string, Line>();
  private counted = 0;

  get isEmpty(): boolean {
    return this.lines.size === 0;
  }

  /** How many accounts there are. */
  get accounts(): number {
    return this.lines.size;
  }

  /** How many commands wait. */
  get size(): number {
    return this.counted;
  }

  has(accountId: string): boolean {
    return this.lines.has(accountId);
  }

  /** Puts commands in the lines of their accounts, each at its place. */
  add(items: Iterable<Waiting>): void {
    const unordered = new Set<Line>();
    for (const item of items) {
      const line = this.lines.get(item.accountId) ?? [];
      this.lines.set(item.accountId, line);
      const last = line.at(-1);
      if (last !== undefined && last.place > item.place) unordered.add(line);
      line.push(item);
      this.counted += 1;
    }
    for (const line of unordered) line.sort((a, b) => a.place - b.place);
  }

  /**
   * Takes commands to be tried out of the lines, those of the accounts that were longest not tried. The accounts stay
   * apart until they are freed.
   */
  take(mostItems: number, mostAccounts = Number.POSITIVE_INFINITY): { items: Waiting[]; accountIds: string[] } {
    const items: Waiting[] = [];
    const accountIds: string[] = [];
    for (const [accountId, line] of [...this.lines]) {
      if (items.length >= mostItems || accountIds.length >= mostAccounts) break;
      items.push(...line.splice(0, mostItems - items.length));
      accountIds.push(accountId);
      this.lines.delete(accountId);
      this.lines.set(accountId, line);
    }
    this.counted -= items.length;
    return { items, accountIds };
  }

  /** An account that is apart no more. Returns those of its commands that are left. */
  free(accountId: string): Waiting[] {
    const line = this.lines.get(accountId) ?? [];
    this.lines.delete(accountId);
    this.counted -= line.length;
    return line;
  }

  /** Takes out what has waited since before an instant. */
  takeOlderThan(sinceMs: number): Waiting[] {
    const old: Waiting[] = [];
    for (const line of this.lines.values()) {
      const patient = line.findIndex((item) => item.sinceMs > sinceMs);
      old.push(...line.splice(0, patient === -1 ? line.length : patient));
    }
    this.counted -= old.length;
    return old;
  }
}
