import { inBurnDown, type ModelGrant } from './ledger/model-grants.js';
import { giveBackOf, type ModelLine, type ModelUsage, pricedLines, standing } from './ledger/model-lines.js';

/**
 * The rules of credits once more, in plain numbers and without a database: written from the rules, not from the code
 * that it is compared with. Time is in days, and an account is a handful of lists.
 */

export interface ModelHold {
  amount: number;
  captured: number;
  placedAt: number;
  endsAt: number;
  status: 'active' | 'captured' | 'released' | 'expired';
}

/** What was taken from a grant and not yet given back, oldest first. */
type Trail = { grant: ModelGrant; amount: number }[];

/** Credits that were taken at once: how much of it is not undone, and the grants it came from; debt has no grant. */
export interface ModelTaking {
  open: number;
  trail: Trail;
  /** Of a spend by lines. */
  usage?: ModelUsage;
}

export interface ModelPurchase {
  name: string;
  grant: ModelGrant;
  lapsed: number;
  reversed: number;
  shortfall: number;
  /** What was taken back, each time; oldest first. */
  takings: ModelTaking[];
}

const MAX_HOLD_DAYS = 30;

/** Refused, and nothing was changed. */
export class Refused extends Error {}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

export class ModelAccount {
  balance = 0;
  readonly grants: ModelGrant[] = [];
  readonly holds: ModelHold[] = [];
  readonly spends: ModelTaking[] = [];
  readonly purchases: ModelPurchase[] = [];

  constructor(public now: number) {}

  get held(): number {
    return sum(this.holds.filter(({ status }) => status === 'active').map((hold) => hold.amount - hold.captured));
  }

  get available(): number {
    return this.balance - this.held;
  }

  private get debt(): number {
    return Math.max(0, -this.balance);
  }

  /** What time alone changes: holds end, grants become effective, credits lapse as far as holds do not cover them. */
  passTo(now: number): void {
    this.now = now;
    for (const hold of this.holds) if (hold.status === 'active' && hold.endsAt <= now) hold.status = 'expired';
    const due = this.grants.filter(({ status, startsAt }) => status === 'pending' && startsAt <= now);
    for (const grant of due.sort((a, b) => a.startsAt - b.startsAt)) this.post(grant);
    const over = this.grants.filter((grant) => grant.status === 'posted' && grant.endsAt <= now && grant.remaining > 0);
    let left = Math.max(0, sum(over.map(({ remaining }) => remaining)) - this.held);
    for (const grant of over.sort((a, b) => a.endsAt - b.endsAt)) {
      const lost = Math.min(grant.remaining, left);
      grant.remaining -= lost;
      grant.lapsed += lost;
      this.balance -= lost;
      left -= lost;
    }
  }

  grant(given: Pick<ModelGrant, 'amount' | 'category' | 'priority' | 'startsAt' | 'endsAt' | 'origin'>): ModelGrant {
    const grant: ModelGrant = { ...given, remaining: 0, lapsed: 0, status: 'pending' };
    this.grants.push(grant);
    if (grant.startsAt <= this.now) this.post(grant);
    return grant;
  }

  spend(amount: number): ModelTaking {
    if (amount > 0 && this.available < amount) throw new Refused('insufficient-credits');
    return this.addSpend(
      amount,
      this.takeInOrder(amount, (grant) => grant.endsAt > this.now),
    );
  }

  use(month: string, quantities: number[]): ModelTaking {
    const lines = this.priced(month, quantities);
    const spend = this.spend(sum(lines.map(({ left }) => left)));
    spend.usage = { month, lines };
    return spend;
  }

  /**
   * Undoes a spend and makes another in its place: that takes what came back, in the order in which it was taken first,
   * then by burn-down whatever remains.
   */
  correct(spend: ModelTaking | undefined, quantities: number[]): ModelTaking {
    if (spend === undefined) throw new Refused('spend-not-found');
    const { usage } = spend;
    if (usage === undefined) throw new Refused('spend-of-amount');
    if (usage.isCorrected === true) throw new Refused('spend-already-corrected');
    if (standing(usage.lines).length === 0) throw new Refused('spend-already-reversed');
    const before = new Map(this.grants.map((grant) => [grant, grant.remaining]));
    this.undoLines(spend, standing(usage.lines));
    usage.isCorrected = true;
    const lines = this.priced(usage.month, quantities);
    const cost = sum(lines.map(({ left }) => left));
    const taken = new Map<ModelGrant, number>();
    let open = cost;
    for (const grant of new Set([...spend.trail.map((one) => one.grant), ...this.grants])) {
      const share = Math.min(grant.remaining - (before.get(grant) ?? 0), open);
      if (share === 0) continue;
      grant.remaining -= share;
      this.balance -= share;
      open -= share;
      taken.set(grant, share);
    }
    for (const { grant, amount } of this.takeInOrder(open, () => true))
      taken.set(grant, (taken.get(grant) ?? 0) + amount);
    const trail = [...taken].map(([grant, amount]) => ({ grant, amount }));
    return Object.assign(this.addSpend(cost, trail), { usage: { month: usage.month, lines } });
  }

  private priced(month: string, quantities: number[]): ModelLine[] {
    const ofMonth = this.spends.flatMap(({ usage }) => (usage?.month === month ? usage.lines : []));
    return pricedLines(ofMonth, quantities);
  }

  hold(amount: number, days: number): ModelHold {
    if (this.available < amount) throw new Refused('insufficient-credits');
    const hold = { amount, captured: 0, placedAt: this.now, endsAt: this.now + days, status: 'active' as const };
    this.holds.push(hold);
    return hold;
  }

  capture(hold: ModelHold | undefined, amount: number, final: boolean): ModelTaking {
    const active = this.active(hold);
    if (amount > active.amount - active.captured) throw new Refused('capture-exceeds-hold');
    active.captured += amount;
    if (final || active.captured === active.amount) active.status = 'captured';
    return this.addSpend(
      amount,
      this.takeInOrder(amount, () => true),
    );
  }

  extend(hold: ModelHold | undefined, days: number): void {
    const active = this.active(hold);
    if (this.now + days > active.placedAt + MAX_HOLD_DAYS) throw new Refused('hold-life-exceeded');
    active.endsAt = this.now + days;
  }

  release(hold: ModelHold | undefined): void {
    this.active(hold).status = 'released';
  }

  reverse(spend: ModelTaking | undefined, asked: number | undefined): void {
    if (spend === undefined) throw new Refused('spend-not-found');
    const lines = spend.usage?.lines ?? [];
    if (asked === undefined && standing(lines).length > 0) {
      this.undoLines(spend, standing(lines));
      return;
    }
    const amount = asked ?? spend.open;
    if (amount > spend.open || spend.open === 0) throw new Refused('reversal-exceeds-spend');
    giveBackOf(lines, amount);
    this.undo(amount, [spend]);
  }

  undoLine(spend: ModelTaking | undefined, place: number): void {
    if (spend === undefined) throw new Refused('spend-not-found');
    const line = spend.usage?.lines[place];
    if (line === undefined) throw new Refused('line-not-found');
    if (line.isUndone) throw new Refused('line-already-reversed');
    this.undoLines(spend, [line]);
  }

  private undoLines(spend: ModelTaking, lines: ModelLine[]): void {
    const amount = sum(lines.map(({ left }) => left));
    for (const line of lines) Object.assign(line, { left: 0, isUndone: true });
    this.undo(amount, [spend]);
  }

  adjust(amount: number): void {
    if (amount < 0) {
      this.takeInOrder(-amount, () => true);
      return;
    }
    const rest = this.credit(amount);
    if (rest > 0) this.addFilledGrant(rest, 'promotional');
  }

  void(grant: ModelGrant | undefined): void {
    if (grant === undefined) throw new Refused('grant-not-found');
    const isPosted = grant.status === 'posted' && grant.remaining > 0 && grant.endsAt > this.now;
    const isFree = isPosted && grant.remaining <= this.available;
    if (grant.origin !== 'call' || !(grant.status === 'pending' || isFree)) throw new Refused('grant-not-voidable');
    this.balance -= grant.remaining;
    grant.lapsed += grant.remaining;
    grant.remaining = 0;
    grant.status = 'voided';
  }

  buy(name: string, amount: number, endsAt: number): ModelPurchase {
    const grant = this.grant({
      ...{ amount, endsAt, category: 'paid', priority: 50 },
      ...{ startsAt: this.now, origin: 'purchase' },
    });
    const purchase = { name, grant, lapsed: 0, reversed: 0, shortfall: 0, takings: [] };
    this.purchases.push(purchase);
    return purchase;
  }

  /** One target per purchase: lapsed counts first, then what is taken back, then what policy `remaining` leaves. */
  settle(purchase: ModelPurchase, target: number, policy: 'debt' | 'remaining'): void {
    const change = target - purchase.lapsed - purchase.reversed - purchase.shortfall;
    if (change > 0) this.settleMore(purchase, change, policy);
    else this.settleLess(purchase, -change);
  }

  private settleMore(purchase: ModelPurchase, missing: number, policy: 'debt' | 'remaining'): void {
    const lapsed = Math.min(missing, purchase.grant.lapsed - purchase.lapsed);
    const rest = missing - lapsed;
    const taken = policy === 'debt' ? rest : Math.min(rest, Math.max(0, this.available));
    const own = Math.min(taken, purchase.grant.remaining);
    purchase.grant.remaining -= own;
    this.balance -= own;
    const trail = [{ grant: purchase.grant, amount: own }, ...this.takeInOrder(taken - own, () => true)];
    purchase.takings.push({ open: taken, trail });
    purchase.lapsed += lapsed;
    purchase.reversed += taken;
    purchase.shortfall += rest - taken;
  }

  private settleLess(purchase: ModelPurchase, surplus: number): void {
    const forgiven = Math.min(surplus, purchase.shortfall);
    const reinstated = Math.min(surplus - forgiven, purchase.reversed);
    purchase.shortfall -= forgiven;
    purchase.reversed -= reinstated;
    purchase.lapsed -= surplus - forgiven - reinstated;
    this.undo(reinstated, purchase.takings);
  }

  private active(hold: ModelHold | undefined): ModelHold {
    if (hold === undefined) throw new Refused('hold-not-found');
    if (hold.status !== 'active') throw new Refused(`hold-already-${hold.status}`);
    return hold;
  }

  private post(grant: ModelGrant): void {
    grant.status = 'posted';
    grant.remaining = this.credit(grant.amount);
  }

  /** Adds to the balance and answers what debt has left of it. */
  private credit(amount: number): number {
    const rest = amount - Math.min(this.debt, amount);
    this.balance += amount;
    return rest;
  }

  /** By burn-down, as far as there is something; the balance falls by the whole amount. */
  private takeInOrder(amount: number, mayTake: (grant: ModelGrant) => boolean): Trail {
    this.balance -= amount;
    const trail: Trail = [];
    let open = amount;
    for (const grant of inBurnDown(this.grants).filter(mayTake)) {
      const share = Math.min(grant.remaining, open);
      if (share === 0) break;
      grant.remaining -= share;
      open -= share;
      trail.push({ grant, amount: share });
    }
    return trail;
  }

  /**
   * The latest taking first, each as if nothing had come before it: what is undone of it repays debt, then goes to the
   * grants it was taken from, latest first. What has none becomes a new one.
   */
  private undo(amount: number, takings: ModelTaking[]): void {
    let left = amount;
    let placeless = 0;
    for (const taking of takings.toReversed()) {
      const part = Math.min(taking.open, left);
      taking.open -= part;
      left -= part;
      placeless += this.refill(this.credit(part), taking.trail);
    }
    if (placeless > 0) this.addFilledGrant(placeless, 'paid');
  }

  /** Returns what has no grant to go to. */
  private refill(amount: number, trail: Trail): number {
    let open = amount;
    for (const taken of trail.toReversed()) {
      const share = Math.min(taken.amount, open);
      taken.amount -= share;
      taken.grant.remaining += share;
      if (share > 0) taken.grant.status = 'posted';
      open -= share;
    }
    return open;
  }

  private addFilledGrant(amount: number, category: ModelGrant['category']): void {
    this.grants.push({
      ...{ amount, remaining: amount, lapsed: 0, category, priority: 50 },
      ...{ startsAt: this.now, endsAt: Number.POSITIVE_INFINITY, origin: 'entry', status: 'posted' },
    });
  }

  private addSpend(amount: number, trail: Trail): ModelTaking {
    const spend: ModelTaking = { open: amount, trail };
    this.spends.push(spend);
    return spend;
  }
}
