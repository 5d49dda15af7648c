import type { LedgerCommand, StoredAnswer } from './posting/decide-commands.js';
import { type Caller, type Outcome, Outcomes, Refused } from './posting/waiting.js';

/** Where callers' writes to the ledger are posted: in this process, or in the one that this one answers HTTP for. */
export abstract class Posting {
  /**
   * Resolves once the command is committed; a replay resolves with the stored answer. @throws the command's Problem
   * when it is refused, QueueFull when too many are waiting, Busy when the account stays locked elsewhere,
   * DatabaseUnavailable when there is no answer: the key tells later whether it was written. All within five seconds,
   * but for a queue that is long because much is written.
   */
  post(command: LedgerCommand): Promise<StoredAnswer> {
    return new Promise((accepted, refused) => this.postFor(command, { accepted, refused }));
  }

  /**
   * Posts commands in their order, and resolves with what has become of each. What was refused before it was a command
   * keeps its place.
   */
  postAll(commands: readonly (LedgerCommand | Refused)[]): Promise<readonly Outcome[]> {
    return new Promise((resolve) => {
      const outcomes = new Outcomes(commands.length, resolve);
      for (const [place, command] of commands.entries())
        if (command instanceof Refused) outcomes.note(place, command);
        else this.postFor(command, outcomes.caller(place));
    });
  }

  /** The same as `post` for a caller that is called back. */
  abstract postFor(command: LedgerCommand, caller: Caller): void;
}
