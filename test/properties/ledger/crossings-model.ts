import type { ModelAccount } from '../model.js';

const HOURS_A_DAY = 24;

interface ModelMark {
  below: number;
  firedAt: number;
  isOwed: boolean;
}

/**
 * Looks at a model of an account whenever time has changed something of it, and whenever something was done, and says
 * what was crossed: written from the rules, with time in days.
 */
export class CrossingsModel {
  readonly told: string[] = [];
  topUps = 0;
  readonly alerts = new Map<string, ModelMark>();
  topUp: { below: number; isOwed: boolean } | undefined;
  private available: number;
  private taken = 0;
  private wasPosted = false;

  constructor(private readonly model: ModelAccount) {
    this.available = model.available;
    const passTo = model.passTo.bind(model);
    model.passTo = (now) => {
      // What was done before time went on, with what it has uncovered.
      passTo(model.now);
      this.look(model.now);
      for (const at of dueBy(model, now)) {
        passTo(at);
        this.look(at);
      }
      passTo(now);
      this.look(now);
    };
  }

  setAlert(key: string, below: number): void {
    const firedAt = this.alerts.get(key)?.firedAt ?? Number.NEGATIVE_INFINITY;
    // As JSON keeps it, in the order in which keys were there first.
    this.alerts.set(key, { below, firedAt, isOwed: false });
  }

  setTopUp(below: number): void {
    this.topUp = { below, isOwed: this.available < below };
  }

  private look(at: number): void {
    const { model, available: before } = this;
    const { available: after } = model;
    const taken = model.spends.length + model.holds.length;
    for (const [key, mark] of this.alerts) this.lookAt(mark, key, { before, after, at });
    if (this.topUp !== undefined) {
      const isCrossed = before >= this.topUp.below && after < this.topUp.below;
      this.topUp.isOwed = after < this.topUp.below && (isCrossed || this.topUp.isOwed);
      if (this.topUp.isOwed && taken > this.taken) {
        this.topUps += 1;
        this.topUp.isOwed = false;
      }
    }
    if (before > 0 && after <= 0) this.told.push('balance.depleted');
    if (before <= 0 && after > 0 && this.wasPosted) this.told.push('balance.recovered');
    this.available = after;
    this.taken = taken;
    this.wasPosted ||=
      model.balance !== 0 ||
      model.spends.length > 0 ||
      model.grants.some(({ status, lapsed }) => status === 'posted' || lapsed > 0);
  }

  private lookAt(
    mark: ModelMark,
    key: string,
    { before, after, at }: { before: number; after: number; at: number },
  ): void {
    mark.isOwed = after < mark.below && (before >= mark.below || mark.isOwed);
    // Days as fractions are not exact, and no test stands on the hour.
    if (!mark.isOwed || (at - mark.firedAt) * HOURS_A_DAY < 1 - 1e-6) return;
    this.told.push(`${key} ${after}`);
    mark.firedAt = at;
    mark.isOwed = false;
  }
}

/** The instants by then at which time alone changes something, in order. */
function dueBy(model: ModelAccount, now: number): number[] {
  const due = [
    ...model.holds.filter(({ status }) => status === 'active').map(({ endsAt }) => endsAt),
    ...model.grants.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt]),
  ];
  return [...new Set(due)].filter((at) => at > model.now && at <= now).sort((a, b) => a - b);
}
