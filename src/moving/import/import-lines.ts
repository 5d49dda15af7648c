import { Injectable } from '@nestjs/common';
import { AdoptStripeCustomer } from '../../adoption/adopt-stripe-customer.js';
import type { AdoptStripeCustomerCommand } from '../../adoption/check-adoption.js';
import { toJsonInteger } from '../../kernel/credits.js';
import { Problem } from '../../kernel/problem.js';
import type { ImportLine } from './import-line.js';
import { type BegunImport, type Import, ImportsStore } from './imports.store.js';
import { JudgeLines, notAdopted, type Verdict } from './judge-lines.js';
import type { Outcome } from './outcome.js';
import { someAtOnce } from './some-at-once.js';
import { WriteLines } from './write-lines.js';

/** Imports some lines of a file, or says what would become of them. */
@Injectable()
export class ImportLines {
  constructor(
    private readonly judgeLines: JudgeLines,
    private readonly writeLines: WriteLines,
    private readonly adopt: AdoptStripeCustomer,
    private readonly store: ImportsStore,
  ) {}

  /** What would become of lines. Writes nothing. */
  async preview(imported: Import, lines: readonly ImportLine[]): Promise<Outcome[]> {
    const verdicts = await this.judgeLines.run(imported, lines);
    return lines.map((line, index) => outcomeOf(line, verdicts[index], 'importable'));
  }

  /**
   * Imports lines: accounts and credits in one transaction, then what Stripe has of them, a few at once. Where it is
   * broken off, a line was written as a whole or not at all, and what is left of it at Stripe is done by the next
   * run. Must not be called in a transaction.
   */
  async run(imported: BegunImport, lines: readonly ImportLine[]): Promise<Outcome[]> {
    const verdicts = await this.judgeLines.run(imported, lines);
    const toWrite = lines.filter((_, index) => verdicts[index]?.todo === 'write');
    const left = await this.writeLines.run(imported, toWrite);
    const judged = lines.map((line, index) => ({ line, verdict: verdicts[index], notWritten: left.get(line.line) }));
    return someAtOnce(judged, async ({ line, verdict, notWritten }) =>
      notWritten === undefined
        ? this.finish(imported, line, verdict)
        : { ...outcomeOf(line, verdict, 'refused'), ...notWritten },
    );
  }

  private async finish(imported: BegunImport, line: ImportLine, verdict: Verdict | undefined): Promise<Outcome> {
    const outcome = outcomeOf(line, verdict, 'imported');
    if (verdict === undefined || verdict.todo === 'nothing' || verdict.adoption === null) return outcome;
    const left = await this.adoptAs(verdict.adoption, line);
    if (left !== undefined) return { ...outcome, status: 'unfinished', detail: left };
    await this.store.noteAdopted(imported.id, line.line);
    return outcome;
  }

  /** Returns what is left to do. */
  private async adoptAs(adoption: AdoptStripeCustomerCommand, { stripe }: ImportLine): Promise<string | undefined> {
    try {
      const { mirrored } = await this.adopt.run(adoption);
      const subscriptionId = stripe?.subscriptionId ?? null;
      const isFollowed = mirrored.some(({ stripeSubscriptionId }) => stripeSubscriptionId === subscriptionId);
      if (subscriptionId === null || isFollowed) return undefined;
      return `account and credits are imported, and ${subscriptionId} is not followed: it holds no plan any more`;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return notAdopted(error.detail);
    }
  }
}

function outcomeOf(line: ImportLine, verdict: Verdict | undefined, done: Outcome['status']): Outcome {
  const { accountId, credits } = line;
  const amount = credits === null ? null : toJsonInteger(credits.amount);
  const outcome = { line: line.line, accountId, credits: amount };
  if (verdict?.todo === 'nothing') return { ...outcome, status: verdict.status, detail: verdict.detail };
  return { ...outcome, status: done, detail: null };
}
