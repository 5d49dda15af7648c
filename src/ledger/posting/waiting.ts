import type { LedgerCommand, StoredAnswer, Undecided, Verdict } from './decide-commands.js';

/** Commands of one account in a batch, while others wait as well. */
const MOST_OF_ONE = 128;
/** The same while no other account does: one that comes meanwhile waits for it. */
const MOST_OF_AN_ONLY_ONE = 256;

/** Whoever waits for the verdict of a command: one of the two is called, and once. */
export interface Caller {
  accepted(answer: StoredAnswer): void;
  refused(reason: unknown): void;
}

/** Why a command has no answer: a Problem, or what has failed. */
export class Refused {
  constructor(readonly reason: unknown) {}
}

/** What became of a command. */
export type Outcome = StoredAnswer | Refused;

/** Gathers what becomes of commands that are posted together. One promise for all takes less than one for each. */
export class Outcomes {
  private readonly outcomes: Outcome[];
  private left: number;

  constructor(
    count: number,
    private readonly complete: (outcomes: readonly Outcome[]) => void,
  ) {
    this.outcomes = new Array<Outcome>(count);
    this.left = count;
  }

  note(place: number, outcome: Outcome): void {
    this.outcomes[place] = outcome;
    this.left -= 1;
    if (this.left === 0) this.complete(this.outcomes);
  }

  /** Whoever waits for the outcome at a place. */
  caller(place: number): Caller {
    return new OneOfMany(this, place);
  }
}

class OneOfMany implements Caller {
  constructor(
    private readonly outcomes: Outcomes,
    private readonly place: number,
  ) {}

  accepted(answer: StoredAnswer): void {
    this.outcomes.note(this.place, answer);
  }

  refused(reason: unknown): void {
    this.outcomes.note(this.place, new Refused(reason));
  }
}

/** A command that was posted and has no verdict yet, or none that its caller still waits for. */
export class Waiting {
  /** Its caller has heard. */
  isAnswered = false;
  /** It was on its way when the connection failed: it may have been written, or may yet be. */
  isInDoubt = false;

  constructor(
    readonly command: LedgerCommand,
    /** In which order commands were posted. */
    readonly place: number,
    /** When it came, on the clock of `performance.now`. */
    readonly sinceMs: number,
    private readonly caller: Caller,
  ) {}

  get accountId(): string {
    return this.command.needs.accountId;
  }

  hear(verdict: Exclude<Verdict, Undecided>): void {
    if (this.isAnswered) return;
    this.isAnswered = true;
    if ('refusal' in verdict) this.caller.refused(verdict.refusal);
    else this.caller.accepted(verdict.answer);
  }

  reject(reason: unknown): void {
    if (this.isAnswered) return;
    this.isAnswered = true;
    this.caller.refused(reason);
  }
}

/** Commands of a batch on which nothing was decided, by the reason. */
export type UndecidedItems = Readonly<Record<Undecided, readonly Waiting[]>>;

export const NONE_UNDECIDED: UndecidedItems = { locked: [], behind: [], short: [] };

/** Tells a batch its verdicts. Returns the commands that have none. */
export function deliver(batch: readonly Waiting[], verdicts: readonly Verdict[]): UndecidedItems {
  const undecided: Record<Undecided, Waiting[]> = { locked: [], behind: [], short: [] };
  for (const [index, item] of batch.entries()) {
    const verdict = verdicts[index];
    if (verdict === undefined) item.reject(new Error('the batch has no verdict for this command'));
    else if (typeof verdict === 'string') undecided[verdict].push(item);
    else item.hear(verdict);
  }
  return undecided;
}

/**
 * The commands that are next, `most` at most: those that have waited longest, but of one account no more than its
 * share, so that who posts a thousand at once keeps no other waiting. The commands of an account stay in their order.
 * `seen` is how many of the line were looked at.
 */
export function frontOf(line: readonly Waiting[], most: number): { front: Waiting[]; seen: number } {
  if (line.length <= MOST_OF_ONE) return { front: [...line], seen: line.length };
  const counts = new Map<string, number>();
  const front: Waiting[] = [];
  let seen = 0;
  for (const item of line) {
    if (front.length === most) break;
    seen += 1;
    const count = counts.get(item.accountId) ?? 0;
    if (count === MOST_OF_ONE) continue;
    counts.set(item.accountId, count + 1);
    front.push(item);
  }
  if (counts.size > 1) return { front, seen };
  return { front: line.slice(0, MOST_OF_AN_ONLY_ONE), seen: Math.min(line.length, MOST_OF_AN_ONLY_ONE) };
}
