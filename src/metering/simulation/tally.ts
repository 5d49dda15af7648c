import type { ReplayedAccount } from './replayed-account.js';
import { Sums } from './sums.js';

/** How many accounts are named that would pay most more, and that would pay most less. */
const MAX_NAMED = 100;

interface Change {
  readonly accountId: string;
  readonly beforeCredits: bigint;
  readonly afterCredits: bigint;
}

/** The largest of many changes, sorted. */
class Largest {
  private readonly kept: Change[] = [];

  constructor(private readonly sizeOf: (change: Change) => bigint) {}

  add(change: Change): void {
    this.kept.push(change);
    if (this.kept.length >= 10 * MAX_NAMED) this.cut();
  }

  get sorted(): readonly Change[] {
    this.cut();
    return this.kept;
  }

  /** Of changes of one size those of the first accounts stay, since the order of what is equal stays as it was. */
  private cut(): void {
    this.kept.sort((a, b) => Number(this.sizeOf(b) - this.sizeOf(a)));
    this.kept.length = Math.min(this.kept.length, MAX_NAMED);
  }
}

/** What is told of an account. */
export type SimulatedAccount = Pick<ReplayedAccount, 'accountId' | 'sums' | 'hadHolds' | 'isExact'>;

/** What a draft would change for all accounts together. Its memory does not grow with them. */
export class Tally {
  readonly sums = new Sums();
  readonly more = { accounts: 0, credits: 0n };
  readonly less = { accounts: 0, credits: 0n };
  unchangedAccounts = 0;
  accountsWithHolds = 0;
  inexactAccounts = 0;
  private readonly most = new Largest(rise);
  private readonly least = new Largest((change) => -rise(change));

  get accounts(): number {
    return this.more.accounts + this.less.accounts + this.unchangedAccounts;
  }

  add({ accountId, sums, hadHolds, isExact }: SimulatedAccount): void {
    const { beforeCredits, afterCredits } = sums;
    if (hadHolds) this.accountsWithHolds += 1;
    if (!isExact) this.inexactAccounts += 1;
    const change = { accountId, beforeCredits, afterCredits };
    this.sums.addAll(sums);
    if (afterCredits === beforeCredits) this.unchangedAccounts += 1;
    else if (afterCredits > beforeCredits) {
      this.more.accounts += 1;
      this.more.credits += rise(change);
      this.most.add(change);
    } else {
      this.less.accounts += 1;
      this.less.credits -= rise(change);
      this.least.add(change);
    }
  }

  /** The accounts that would pay most more, those first that would most. */
  get mostMore(): readonly Change[] {
    return this.most.sorted;
  }

  get mostLess(): readonly Change[] {
    return this.least.sorted;
  }
}

function rise({ beforeCredits, afterCredits }: Change): bigint {
  return afterCredits - beforeCredits;
}
