import { type Checkpoint, spentBy, worthOf } from '../ledger/costs/checkpoint.js';
import { type LotChange, NO_FIGURES } from '../ledger/costs/follow-lots.js';
import type { Lot } from '../ledger/costs/lot.js';
import type { OwnedCheckpoint } from '../ledger/costs/lots.store.js';
import { ENTRIES_PER_RUN, type EntryFacts } from '../ledger/history/read-runs.js';

type Figures = Omit<Checkpoint, 'seq'>;

/** The checkpoints of one lot: those that were not come to yet, and what they and the spends since say of it. */
interface Told {
  readonly ahead: Checkpoint[];
  kept: Checkpoint | undefined;
  figures: Figures;
}

/** Holds what is kept of the lots of one account against what its entries have made of them. */
export class CheckpointsAnew {
  private readonly byGrant = new Map<string, Told>();

  add({ grantId, checkpoint }: OwnedCheckpoint): void {
    this.of(grantId).ahead.push(checkpoint);
  }

  /** Takes what the next entry has done to a lot. Returns what is wrong, if anything is. */
  follow(entry: EntryFacts, { lot, before, after }: LotChange): string | undefined {
    const told = this.of(lot.grantId);
    let fault = this.catchUp(told, worthOf(before), entry.seq - 1n);
    const moved = spentBy(entry, lot.grantId);
    if (moved !== 0n && told.kept !== undefined && entry.seq - told.kept.seq > ENTRIES_PER_RUN)
      fault ??= `was kept last after entry ${told.kept.seq}`;
    told.figures = { ...told.figures, spent: told.figures.spent + moved };
    const kept = told.ahead[0]?.seq === entry.seq ? told.ahead.shift() : undefined;
    if (kept !== undefined) {
      told.kept = kept;
      told.figures = kept;
    }
    const is = worthOf(after);
    if (told.kept === undefined || !isSame(told.figures, is))
      fault ??= `has ${textOf(is)} after entry ${entry.seq}, kept is ${textOf(told.figures)}`;
    told.figures = is;
    return fault;
  }

  /** The entry after which a lot was kept last, and what is wrong with what was kept after its last change. */
  end(grantId: string, lot: Lot | undefined): { keptAfter: bigint | undefined; fault: string | undefined } {
    const told = this.of(grantId);
    const { amount = 0n, basisMinor = 0n, spent = 0n } = lot ?? {};
    const fault = this.catchUp(told, { amount, basisMinor, spent });
    return { keptAfter: told.kept?.seq, fault };
  }

  private catchUp(told: Told, is: Figures, through?: bigint): string | undefined {
    let fault: string | undefined;
    for (
      let [next] = told.ahead;
      next !== undefined && (through === undefined || next.seq <= through);
      [next] = told.ahead
    ) {
      if (!isSame(next, is)) fault ??= `has ${textOf(is)} after entry ${next.seq}, kept is ${textOf(next)}`;
      told.kept = next;
      told.ahead.shift();
    }
    return fault;
  }

  private of(grantId: string): Told {
    const told = this.byGrant.get(grantId) ?? { ahead: [], kept: undefined, figures: worthOf(NO_FIGURES) };
    this.byGrant.set(grantId, told);
    return told;
  }
}

function isSame(a: Figures, b: Figures): boolean {
  return a.amount === b.amount && a.basisMinor === b.basisMinor && a.spent === b.spent;
}

function textOf({ amount, basisMinor, spent }: Figures): string {
  return `${spent} of ${amount} spent, for ${basisMinor}`;
}
