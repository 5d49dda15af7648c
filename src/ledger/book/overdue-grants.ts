import { addCredits, type Credits, NO_CREDITS } from '../../kernel/credits.js';
import { Agenda } from './agenda.js';
import { compareOrdinals, endOf } from './burn-down.js';
import { GrantsInOrder } from './grants-in-order.js';
import type { Grant } from './model.js';

/**
 * The grants whose time is over by an instant that moves on, earliest expiry first, and what remains of them in all.
 * That sum is kept, not counted: it is asked for at every due instant and after every decision.
 */
export class OverdueGrants {
  private readonly ahead: Agenda<Grant>;
  private readonly over = new GrantsInOrder([], compareEnds);
  private atMs = Number.NEGATIVE_INFINITY;
  private sum = NO_CREDITS;

  /** Of the grants given, those that end by the last instant that will be asked for. */
  constructor(ending: Iterable<Grant>) {
    this.ahead = new Agenda(ending, endOf, compareOrdinals);
  }

  get remaining(): Credits {
    return this.sum;
  }

  /** Those with credits left. */
  open(): Generator<Grant> {
    return this.over.open();
  }

  /** Never moves back. */
  moveTo(at: Date): this {
    this.atMs = at.getTime();
    for (const grant of this.ahead.by(at)) if (grant.remaining > 0n) this.take(grant, grant.remaining);
    return this;
  }

  /** To be told of every change of what remains of a grant, after it. */
  changed(grant: Grant, change: Credits): void {
    if (endOf(grant) <= this.atMs) this.take(grant, change);
  }

  private take(grant: Grant, change: Credits): void {
    this.sum = addCredits(this.sum, change);
    if (change > 0n) this.over.refilled(grant);
  }
}

function compareEnds(a: Grant, b: Grant): number {
  return endOf(a) - endOf(b) || compareOrdinals(a, b);
}
