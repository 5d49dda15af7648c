import type { LedgerCommand, StoredAnswer, Verdict } from './decide-commands.js';

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
    private readonly resolve: (answer: StoredAnswer) => void,
    private readonly refuse: (reason: unknown) => void,
  ) {}

  get accountId(): string {
    return this.command.needs.accountId;
  }

  hear(verdict: Exclude<Verdict, 'locked'>): void {
    this.isAnswered = true;
    if ('refusal' in verdict) this.refuse(verdict.refusal);
    else this.resolve(verdict.answer);
  }

  reject(reason: unknown): void {
    this.isAnswered = true;
    this.refuse(reason);
  }
}

/** Tells a batch its verdicts. Returns the commands that have none, since somebody else holds their accounts. */
export function deliver(batch: readonly Waiting[], verdicts: readonly Verdict[]): Waiting[] {
  const locked: Waiting[] = [];
  for (const [index, item] of batch.entries()) {
    const verdict = verdicts[index];
    if (verdict === undefined) item.reject(new Error('the batch has no verdict for this command'));
    else if (verdict === 'locked') locked.push(item);
    else item.hear(verdict);
  }
  return locked;
}
