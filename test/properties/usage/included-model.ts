/** What an account has included, once more: what is left is made anew of all that lines and holds have of it. */

/** What the purchase of all inclusions was charged. */
export const CHARGED = 10;

export interface ModelInclusion {
  readonly part: string;
  readonly meter: string;
  readonly match: Readonly<Record<string, string>>;
  readonly granted: number;
  readonly fromMs: number;
  untilMs: number;
  takenBack: number;
  /** Of what was charged, what is back. */
  returned: number;
}

/** What something has of inclusions. */
export type Parts = Map<ModelInclusion, number>;

interface Asked {
  readonly meter: string;
  readonly quantity: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** When it was used, and of what it may take besides what covers that: first of its own, and then of these. */
export interface TakenAt {
  readonly atMs: number;
  readonly own?: Parts;
  readonly given?: ReadonlySet<ModelInclusion>;
}

export class IncludedModel {
  readonly all: ModelInclusion[] = [];

  /** `taken` is all that lines and holds have. */
  constructor(private readonly taken: () => Parts[]) {}

  left(inclusion: ModelInclusion): number {
    const taken = this.taken().map((parts) => parts.get(inclusion) ?? 0);
    return inclusion.granted - inclusion.takenBack - taken.reduce((total, part) => total + part, 0);
  }

  include(given: Omit<ModelInclusion, 'takenBack' | 'returned'>): void {
    const nameOf = ({ part, meter, match }: typeof given) => JSON.stringify([part, meter, match]);
    if (this.all.some((one) => nameOf(one) === nameOf(given))) return;
    this.all.push({ ...given, takenBack: 0, returned: 0 });
  }

  end(part: string, atMs: number): void {
    for (const one of this.all) if (one.part === part && one.untilMs > atMs) one.untilMs = Math.max(atMs, one.fromMs);
  }

  /** Each follows the money by itself. */
  follow(returned: number): void {
    for (const one of this.all) {
      const before = one.returned;
      if (returned > before) one.takenBack += share(this.left(one), returned - before, CHARGED - before);
      if (returned < before) one.takenBack -= share(one.takenBack, before - returned, before);
      one.returned = returned;
    }
  }

  /** What comes back when all the money is back is taken back as well. */
  settle(): void {
    for (const one of this.all) if (one.returned === CHARGED) one.takenBack += this.left(one);
  }

  /** What usage takes; what it takes of its own is its own no more. */
  take({ meter, quantity, dimensions }: Asked, { atMs, own = new Map(), given }: TakenAt): Parts {
    const ownOrder = [...own.keys()];
    const place = (one: ModelInclusion) => (own.has(one) ? ownOrder.indexOf(one) : ownOrder.length);
    const fitting = this.all
      .filter((one) => (one.fromMs <= atMs && atMs < one.untilMs) || own.has(one) || given?.has(one) === true)
      .filter((one) => one.meter === meter)
      .filter(({ match }) => Object.entries(match).every(([name, value]) => dimensions[name] === value))
      .sort((a, b) => sizeOf(b) - sizeOf(a) || place(a) - place(b) || inOrder(a, b));
    const parts: Parts = new Map();
    let rest = quantity;
    for (const one of fitting) {
      const ofOwn = own.get(one) ?? 0;
      const part = Math.min(rest, this.left(one) + ofOwn);
      if (part === 0) continue;
      parts.set(one, part);
      if (own.has(one)) own.set(one, Math.max(0, ofOwn - part));
      rest -= part;
    }
    return parts;
  }
}

/** What ends first, then what begins first. */
export function inOrder(a: ModelInclusion, b: ModelInclusion): number {
  return a.untilMs - b.untilMs || a.fromMs - b.fromMs;
}

function sizeOf({ match }: ModelInclusion): number {
  return Object.keys(match).length;
}

/** Whole units, half up. */
function share(quantity: number, part: number, whole: number): number {
  return Math.min(quantity, Math.floor((2 * quantity * part + whole) / (2 * whole)));
}
