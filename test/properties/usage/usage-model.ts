/**
 * What usage costs and what is given back, once more: in plain numbers of fixed parts, without rationals and counters
 * that are kept. Whatever was undone is left out, and all sums are made anew of the lines that stand.
 */

import { IncludedModel, inOrder, type ModelInclusion, type Parts, type TakenAt } from './included-model.js';

/** Of all meters, a credit has so many parts, so that every price is a whole number of them. */
export const PARTS = 7 * 1_000;

export interface ModelMeter {
  readonly key: string;
  readonly rounding: 'up' | 'carry';
  /** In parts of a credit, of the units behind `from` up to `to`. */
  price(from: number, to: number, kind: string): number;
}

interface ModelLine {
  readonly meter: ModelMeter;
  readonly kind: string;
  readonly month: string;
  /** Without what was included. */
  readonly quantity: number;
  readonly included: Parts;
  readonly parts: number;
  readonly credits: number;
  left: number;
  isUndone: boolean;
}

export interface ModelUse {
  readonly lines: ModelLine[];
  readonly atMs: number;
  isCorrected: boolean;
}

export interface Asked {
  readonly meter: ModelMeter;
  readonly quantity: number;
  /** Of its counter. */
  readonly kind: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** An event as it is told. */
export interface AskedEvent {
  readonly id: string;
  readonly atMs: number;
  readonly asked: readonly Asked[];
}

/** Where a hold stands with a meter and a kind. */
interface Place {
  readonly meter: ModelMeter;
  readonly kind: string;
  /** Units that it has to itself, and where they begin. */
  from: number;
  left: number;
  /** Parts that it counts on of what is carried, and those that it may yet cost. */
  taken: number;
  expected: number;
}

export interface ModelHold {
  readonly amount: number;
  readonly lines: readonly ModelLine[];
  readonly places: readonly Place[];
  readonly atMs: number;
  /** What it has reserved of inclusions. */
  own: Parts;
  captured: number;
  isActive: boolean;
}

export class Refused extends Error {}

export class UsageModel {
  readonly uses: ModelUse[] = [];
  readonly holds: ModelHold[] = [];
  readonly events = new Map<string, { use: ModelUse; asked: readonly Asked[] }>();
  readonly included = new IncludedModel(() => this.takenParts);

  constructor(
    public balance: number,
    private readonly terms: { readonly maxDebt: number; readonly earliestMs: number; readonly now: () => number },
  ) {}

  get held(): number {
    return sum(this.active.map(({ amount, captured }) => Math.max(0, amount - captured)));
  }

  private get active(): ModelHold[] {
    return this.holds.filter(({ isActive }) => isActive);
  }

  private get takenParts(): Parts[] {
    const standing = this.uses.flatMap((use) => use.lines).filter(({ isUndone }) => !isUndone);
    return [...standing.map(({ included }) => included), ...this.active.map(({ own }) => own)];
  }

  use(asked: readonly Asked[]): ModelUse {
    return this.pay(this.price(asked, { atMs: this.terms.now() }), 0);
  }

  /** Told again it is what it was, whatever its time is by now. */
  event({ id, atMs, asked }: AskedEvent): ModelUse {
    const known = this.events.get(id);
    if (known !== undefined && JSON.stringify(known.asked) !== JSON.stringify(asked)) throw new Refused('event-reused');
    if (known !== undefined) return known.use;
    if (atMs < this.terms.earliestMs) throw new Refused('event-too-old');
    const use = this.pay(this.price(asked, { atMs }), this.terms.maxDebt);
    this.events.set(id, { use, asked });
    return use;
  }

  private pay(use: ModelUse, maxDebt: number): ModelUse {
    const cost = sum(use.lines.map(({ credits }) => credits));
    const available = this.balance - this.held;
    if (cost > 0 && cost > available && cost > available + maxDebt) {
      this.uses.pop();
      throw new Refused('insufficient-credits');
    }
    this.balance -= cost;
    return use;
  }

  /** As if the use had never been, and another in its place; whatever there is to pay it with. */
  correct(use: ModelUse, asked: readonly Asked[]): ModelUse {
    if (use.isCorrected) throw new Refused('spend-already-corrected');
    if (use.lines.every(({ isUndone }) => isUndone)) throw new Refused('spend-already-reversed');
    const standing = use.lines.filter(({ isUndone }) => !isUndone);
    const given = new Set<ModelInclusion>(standing.flatMap(({ included }) => [...included.keys()]));
    this.undo(use, {});
    use.isCorrected = true;
    const made = this.price(asked, { atMs: use.atMs, given });
    this.balance -= sum(made.lines.map(({ credits }) => credits));
    return made;
  }

  /** What it is expected to cost is held, and all others are priced as if it had been used. */
  hold(asked: readonly Asked[]): ModelHold {
    const atMs = this.terms.now();
    const month = monthOf(atMs);
    const before = asked.map(({ meter, kind }) => [this.used(meter, kind, month), this.carried(meter, kind)] as const);
    const { lines } = this.price(asked, { atMs });
    this.uses.pop();
    const amount = sum(lines.map(({ credits }) => credits));
    if (amount > 0 && amount > this.balance - this.held) throw new Refused('insufficient-credits');
    const places: Place[] = [];
    for (const [index, { meter, kind }] of asked.entries()) {
      if (places.some((place) => place.meter === meter && place.kind === kind)) continue;
      const own = lines.filter((line) => line.meter === meter && line.kind === kind && line.quantity > 0);
      const [from, carried] = before[index] ?? [0, 0];
      const expected = sum(own.map(({ parts }) => parts));
      const taken = own.length > 0 && meter.rounding === 'carry' ? Math.min(carried + expected, 0) - carried : 0;
      places.push({ meter, kind, from, left: sum(own.map(({ quantity }) => quantity)), taken, expected });
    }
    const hold = { amount, lines, places, atMs, own: together(lines), captured: 0, isActive: true };
    this.holds.push(hold);
    return hold;
  }

  capture(hold: ModelHold, asked: readonly Asked[], isFinal: boolean, isOver: boolean): ModelUse {
    if (!hold.isActive) throw new Refused('hold-already');
    const saved = hold.places.map((place) => ({ ...place }));
    const savedOwn = new Map(hold.own);
    const use = this.price(asked, { atMs: hold.atMs, own: hold.own }, hold);
    const cost = sum(use.lines.map(({ credits }) => credits));
    const beyond = cost - Math.max(0, hold.amount - hold.captured);
    const refused = beyond <= 0 ? undefined : isOver ? 'insufficient-credits' : 'capture-exceeds-hold';
    if (refused !== undefined && (!isOver || beyond > this.balance - this.held)) {
      for (const [index, place] of hold.places.entries()) Object.assign(place, saved[index]);
      hold.own = savedOwn;
      this.uses.pop();
      throw new Refused(refused);
    }
    hold.own = new Map([...hold.own].filter(([, left]) => left > 0));
    hold.captured += cost;
    this.balance -= cost;
    if (isFinal) hold.isActive = false;
    return use;
  }

  release(hold: ModelHold): ModelHold {
    if (!hold.isActive) throw new Refused('hold-already');
    hold.isActive = false;
    return hold;
  }

  private price(asked: readonly Asked[], taken: TakenAt, hold?: ModelHold): ModelUse {
    const { atMs } = taken;
    const month = monthOf(atMs);
    const use: ModelUse = { lines: [], atMs, isCorrected: false };
    this.uses.push(use);
    /** What others owe to what is carried is theirs. */
    const owedByOthers = new Map<Place, number>();
    for (const { meter, quantity: all, kind, dimensions } of asked) {
      const included = this.included.take({ meter: meter.key, quantity: all, dimensions }, taken);
      const quantity = all - sum([...included.values()]);
      const used = this.used(meter, kind, month);
      const place = hold?.places.find((one) => one.meter === meter && one.kind === kind);
      const within = Math.min(place?.left ?? 0, quantity);
      const beyond = quantity - within;
      const from = place?.from ?? 0;
      const parts = meter.price(from, from + within, kind) + meter.price(used, used + beyond, kind);
      if (place !== undefined && quantity > 0) {
        if (place.expected > 0 && !owedByOthers.has(place)) {
          const found = this.carried(meter, kind);
          owedByOthers.set(place, Math.max(0, found));
          place.taken = 0;
        }
        place.from += within;
        place.left -= within;
      }
      const others = (place && owedByOthers.get(place)) ?? 0;
      const owed = (meter.rounding === 'carry' ? this.carried(meter, kind) - others : 0) + parts;
      const credits = quantity === 0 ? 0 : Math.max(0, Math.ceil(owed / PARTS));
      use.lines.push({ meter, kind, month, quantity, included, parts, credits, left: credits, isUndone: false });
    }
    for (const [place, others] of owedByOthers) {
      const { meter, kind } = place;
      const own = use.lines.filter((line) => line.meter === meter && line.kind === kind);
      place.expected = Math.max(0, place.expected - sum(own.map(({ parts }) => parts)));
      if (meter.rounding === 'carry') place.taken = Math.min(place.expected, others - this.carried(meter, kind));
    }
    return use;
  }

  undo({ lines }: ModelUse, what: { amount?: number; lines?: readonly number[] }): number {
    const back = what.amount === undefined ? this.undoLines(lines, what.lines) : giveBack(lines, what.amount);
    this.balance += back;
    return back;
  }

  used(meter: ModelMeter, kind: string, month: string): number {
    const standing = this.standing(meter, kind).filter((line) => line.month === month);
    const reserved = this.reserved(meter, kind, month);
    return sum([...standing.map(({ quantity }) => quantity), ...reserved.map(({ left }) => left)]);
  }

  carried(meter: ModelMeter, kind: string): number {
    const standing = this.standing(meter, kind).map(({ parts, credits }) => parts - credits * PARTS);
    return sum([...standing, ...this.reserved(meter, kind).map(({ taken }) => taken)]);
  }

  private reserved(meter: ModelMeter, kind: string, month?: string): Place[] {
    const ofMonth = this.active.filter(({ atMs }) => month === undefined || monthOf(atMs) === month);
    const places = ofMonth.flatMap((hold) => hold.places);
    return places.filter((place) => place.meter === meter && place.kind === kind);
  }

  private standing(meter: ModelMeter, kind: string): ModelLine[] {
    const lines = this.uses.flatMap((use) => use.lines);
    return lines.filter((line) => line.meter === meter && line.kind === kind && !line.isUndone);
  }

  private undoLines(lines: ModelLine[], places: readonly number[] | undefined): number {
    const named = places ?? [...lines.keys()].filter((place) => lines[place]?.isUndone === false);
    if (named.length === 0) throw new Refused('reversal-exceeds-spend');
    for (const place of named) {
      if (lines[place] === undefined) throw new Refused('line-not-found');
      if (lines[place].isUndone) throw new Refused('line-already-reversed');
    }
    return sum(
      named.map((place) => {
        const line = lines[place];
        if (line === undefined) return 0;
        const back = line.left;
        line.left = 0;
        line.isUndone = true;
        return back;
      }),
    );
  }
}

function giveBack(lines: ModelLine[], amount: number): number {
  if (amount > sum(lines.map(({ left }) => left))) throw new Refused('reversal-exceeds-spend');
  let rest = amount;
  for (const line of lines.toReversed()) {
    const part = Math.min(rest, line.left);
    line.left -= part;
    rest -= part;
  }
  return amount;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function monthOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7);
}

/** What lines have taken of inclusions, in the order of these. */
function together(lines: readonly ModelLine[]): Parts {
  const parts: Parts = new Map();
  for (const { included } of lines) for (const [one, part] of included) parts.set(one, (parts.get(one) ?? 0) + part);
  return new Map([...parts].sort(([a], [b]) => inOrder(a, b)));
}
