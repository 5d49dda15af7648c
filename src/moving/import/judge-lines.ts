import { Injectable } from '@nestjs/common';
import type { AdoptStripeCustomerCommand } from '../../adoption/check-adoption.js';
import { Clock } from '../../kernel/clock.js';
import { MAX_BALANCE_CREDITS, NO_CREDITS } from '../../kernel/credits.js';
import { Problem } from '../../kernel/problem.js';
import { BalancesNow } from '../../ledger/walks/balances-now.js';
import { StripeUnavailable } from '../../stripe/client/stripe.problems.js';
import { CannotImport } from './cannot-import.js';
import { CheckStripe, commandOf } from './check-stripe.js';
import type { ImportLine, StripeThere } from './import-line.js';
import { type Import, ImportsStore, type KnownLine } from './imports.store.js';
import { NamedPlans } from './named-plans.js';
import { someAtOnce } from './some-at-once.js';

interface Nothing {
  readonly todo: 'nothing';
  readonly status: 'known' | 'refused' | 'unfinished';
  readonly detail: string;
}

/** What is to be done about a line. */
export type Verdict =
  | Nothing
  /** `adopt` is left of a line that was written before. */
  | { readonly todo: 'write' | 'adopt'; readonly adoption: AdoptStripeCustomerCommand | null };

const refused = (detail: string): Nothing => ({ todo: 'nothing', status: 'refused', detail });

/** Says of lines what is to be done about them, and why not. Reads, asks Stripe, and writes nothing. */
@Injectable()
export class JudgeLines {
  constructor(
    private readonly clock: Clock,
    private readonly store: ImportsStore,
    private readonly balances: BalancesNow,
    private readonly checkStripe: CheckStripe,
    private readonly namedPlans: NamedPlans,
  ) {}

  /** In the order of the lines. Must not be called in a transaction. */
  async run(imported: Import, lines: readonly ImportLine[]): Promise<Verdict[]> {
    const known = await this.store.known(imported, lines);
    const balances = await this.balances.of(lines.map(({ accountId }) => accountId));
    return someAtOnce(lines, (line) =>
      this.judge(line, known.get(line.line), balances.get(line.accountId) ?? NO_CREDITS),
    );
  }

  private async judge(line: ImportLine, known: KnownLine | undefined, balance: bigint): Promise<Verdict> {
    if (known?.isSame === false)
      return refused('this line of a file of this name was imported with something else, which stays as it was');
    if (known?.isAdopted === true)
      return { todo: 'nothing', status: 'known', detail: `imported before${inWords(known.elsewhere)}` };
    const { accountId, credits, stripe } = line;
    if (known === undefined && credits !== null) {
      if (credits.expiresAt !== null && credits.expiresAt <= this.clock.now()) return refused('expiresAt has passed');
      if (balance + credits.amount > MAX_BALANCE_CREDITS) return refused('the balance would be more than it can be');
    }
    const todo = known === undefined ? 'write' : 'adopt';
    if (stripe === null) return { todo, adoption: null };
    const adoption = await this.adoptionOf(accountId, stripe);
    if (!('todo' in adoption)) return { todo, adoption };
    if (todo === 'write') return adoption;
    return { ...adoption, status: 'unfinished', detail: notAdopted(adoption.detail) };
  }

  /** The call by which the customer is adopted, or why it cannot be. */
  private async adoptionOf(accountId: string, stripe: StripeThere): Promise<AdoptStripeCustomerCommand | Nothing> {
    try {
      const adoption = commandOf(accountId, stripe, await this.namedPlans.of(stripe));
      await this.checkStripe.run(adoption);
      return adoption;
    } catch (error) {
      if (error instanceof StripeUnavailable) return { todo: 'nothing', status: 'unfinished', detail: error.detail };
      if (error instanceof Problem) return refused(error.detail);
      if (error instanceof CannotImport) return refused(error.message);
      throw error;
    }
  }
}

/** What is left of a line whose account and credits are imported. */
export function notAdopted(why: string): string {
  return `account and credits are imported, and the customer is not: ${why}`;
}

function inWords(elsewhere: string | undefined): string {
  return elsewhere === undefined ? '' : `, as ${elsewhere}`;
}
