import { addCredits, type Credits, NO_CREDITS, subtractCredits } from '../../kernel/credits.js';
import { newId } from '../../kernel/ids.js';
import { compareBurnDown, endOf, hasLapsed } from './burn-down.js';
import { type Extent, ReadFurther } from './extent.js';
import { GrantsInOrder } from './grants-in-order.js';
import type { Grant, NewGrant, Source } from './model.js';
import { OverdueGrants } from './overdue-grants.js';

/**
 * The grants of a book, and what decisions ask of them: their burn-down order, whose time is over, whose source it is,
 * what is pending. Each is made when it is first asked for and kept up to date from then on, so that neither a command
 * of a batch nor an instant at which something is due costs a walk over all grants. Where not all are known (`Extent`),
 * a question that others might answer otherwise throws `ReadFurther`.
 */
export class BookGrants {
  /** Called before `ReadFurther` is thrown. One function for all books: by one of its own each outlives its batch. */
  onShort: () => void = nothing;
  private readonly byId: Map<string, Grant>;
  private bySource: Map<string, Grant[]> | undefined;
  private burnDown: GrantsInOrder | undefined;
  private overdue: OverdueGrants | undefined;
  private pendingSum: Credits | undefined;
  private earliestMs: number | undefined;

  constructor(
    grants: readonly Grant[],
    private readonly now: Date,
    private readonly extent: Extent,
  ) {
    this.byId = new Map(grants.map((grant) => [grant.id, grant]));
  }

  all(): Iterable<Grant> {
    return this.byId.values();
  }

  get(id: string): Grant | undefined {
    const grant = this.byId.get(id);
    if (grant === undefined && this.isPartial && !this.extent.isNamed(id)) throw this.short();
    return grant;
  }

  of(source: Source): readonly Grant[] {
    if (this.isPartial && !this.extent.isNamed(source)) throw this.short();
    if (this.bySource === undefined) {
      this.bySource = new Map();
      for (const grant of this.all()) addTo(this.bySource, grant);
    }
    return this.bySource.get(textOf(source)) ?? [];
  }

  /** Those with credits left, in burn-down order; without those whose time is over when `spendable` is asked for. */
  *open({ spendable }: { spendable: boolean }): Generator<Grant> {
    this.burnDown ??= new GrantsInOrder(this.all(), compareBurnDown);
    const { last } = this.extent;
    for (const grant of this.burnDown.open()) {
      if (last !== null && compareBurnDown(grant, last) > 0) break;
      if (!(spendable && hasLapsed(grant, this.now))) yield grant;
    }
    if (last !== null) throw this.short();
  }

  private get isPartial(): boolean {
    return this.extent.last !== null || this.extent.isMorePending;
  }

  private short(): ReadFurther {
    this.onShort();
    return new ReadFurther();
  }

  /** Those whose time is over by `at`, which never moves back. */
  overdueBy(at: Date): OverdueGrants {
    this.overdue ??= new OverdueGrants([...this.all()].filter((grant) => hasLapsed(grant, this.now)));
    return this.overdue.moveTo(at);
  }

  /** Before it, in milliseconds, none of the known grants ends or becomes effective. */
  get nothingBeforeMs(): number {
    if (this.earliestMs === undefined) {
      this.earliestMs = Number.POSITIVE_INFINITY;
      for (const grant of this.all()) this.earliestMs = Math.min(this.earliestMs, firstChangeOf(grant));
    }
    return this.earliestMs;
  }

  /** What will be credited by grants that are not effective yet. */
  get pending(): Credits {
    if (this.extent.isMorePending) throw this.short();
    if (this.pendingSum === undefined) {
      this.pendingSum = NO_CREDITS;
      for (const { status, amount } of this.all())
        if (status === 'pending') this.pendingSum = addCredits(this.pendingSum, amount);
    }
    return this.pendingSum;
  }

  /** Adds a pending grant, of which nothing remains yet. */
  add(grant: Grant): void {
    this.byId.set(grant.id, grant);
    if (this.pendingSum !== undefined) this.pendingSum = addCredits(this.pendingSum, grant.amount);
    if (this.bySource !== undefined) addTo(this.bySource, grant);
    if (this.earliestMs !== undefined) this.earliestMs = Math.min(this.earliestMs, firstChangeOf(grant));
    // It would have to be known before its end is reached. To make a grant that has ended is rare.
    if (hasLapsed(grant, this.now)) this.overdue = undefined;
  }

  changeStatus(grant: Grant, status: Grant['status']): void {
    if (grant.status === 'pending' && this.pendingSum !== undefined)
      this.pendingSum = subtractCredits(this.pendingSum, grant.amount);
    grant.status = status;
  }

  changeRemaining(grant: Grant, change: Credits): void {
    grant.remaining = addCredits(grant.remaining, change);
    if (grant.status !== 'pending') grant.status = grant.remaining > 0n ? 'active' : 'depleted';
    if (change > 0n) this.burnDown?.refilled(grant);
    this.overdue?.changed(grant, change);
  }
}

function nothing(): void {}

/** A grant that is in no balance yet. */
export function newGrant(given: NewGrant, { ordinal, now }: { ordinal: bigint; now: Date }): Grant {
  return {
    id: newId('grt', now),
    ordinal,
    amount: given.amount,
    remaining: NO_CREDITS,
    debtRepaid: NO_CREDITS,
    lapsed: NO_CREDITS,
    category: given.category,
    priority: given.priority ?? 50,
    status: 'pending',
    effectiveAt: given.effectiveAt ?? now,
    expiresAt: given.expiresAt ?? null,
    costBasis: given.costBasis ?? null,
    source: given.source,
    sourcePart: given.sourcePart ?? '',
    reason: given.reason ?? null,
    actor: given.actor ?? null,
    createdAt: now,
  };
}

/** By then, or later, time alone changes the grant. */
function firstChangeOf(grant: Grant): number {
  return grant.status === 'pending' ? Math.min(grant.effectiveAt.getTime(), endOf(grant)) : endOf(grant);
}

function addTo(bySource: Map<string, Grant[]>, grant: Grant): void {
  const name = textOf(grant.source);
  const known = bySource.get(name);
  if (known === undefined) bySource.set(name, [grant]);
  else known.push(grant);
}

function textOf({ type, id }: Source): string {
  return `${type}\0${id}`;
}
