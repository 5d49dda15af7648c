import { unstorableIn } from '../../kernel/storable.js';
import type { FieldError } from '../problems/http.problems.js';
import { type OwnLimit, ownLimitOf } from './own-limits.js';

// More than any request asks for. What fills, validates and fingerprints a body is slow in one of these or the other:
// class-transformer alone is quadratic in the names of an object.
const MAX_DEPTH = 16;
const MAX_NAMES = 100;
const MAX_NAME_LENGTH = 128;
const MAX_ITEMS = 1_000;
const MAX_VALUES = 5_000;
/** More faults than anybody reads; a bound, so that an answer is not many times larger than its request. */
export const MAX_FAULTS = 100;

/**
 * What Postgres cannot hold or JavaScript would misread, anywhere in a value from outside: a NUL character or a lone
 * surrogate in a text or a name, a number beyond what JSON numbers can carry or with more digits (`parseExactly`), a
 * name that every object has already (`__proto__`, `constructor`, `toString`, …); and nesting, names, items or values
 * in a number that nobody needs. To be asked before anything else walks the value. Returns one error per place, `max`
 * of them at most. Where a list is too long for all lists and for its own field of a `dto`, the error is of the latter:
 * who makes it short enough for the first would only meet the second.
 */
export function faultsOf(
  value: unknown,
  { root = '', max = MAX_FAULTS, dto }: { root?: string; max?: number; dto?: new () => object } = {},
): FieldError[] {
  const search = new Search(root, max, dto);
  search.look(value);
  return search.faults;
}

class Search {
  readonly faults: FieldError[] = [];
  /** The names and places between the root and the value that is looked at. */
  private readonly path: (string | number)[] = [];
  private valuesLeft = MAX_VALUES;
  /** How many items those lists have that are being looked through, and how many steps lead to each. */
  private readonly lists: { readonly items: number; readonly steps: number }[] = [];

  constructor(
    private readonly root: string,
    private readonly max: number,
    private readonly dto: (new () => object) | undefined,
  ) {}

  look(value: unknown): void {
    this.valuesLeft -= 1;
    if (typeof value === 'string') this.note(textFaultOf(value));
    else if (typeof value === 'number') this.note(numberFaultOf(value));
    else if (typeof value === 'object' && value !== null) this.lookInto(value);
  }

  private lookInto(value: object): void {
    if (this.path.length >= MAX_DEPTH) this.note(`is nested more than ${MAX_DEPTH} levels deep`);
    else if (Array.isArray(value)) this.lookIntoList(value);
    else this.lookIntoObject(value as Record<string, unknown>);
  }

  private lookIntoList(items: unknown[]): void {
    if (items.length > MAX_ITEMS) {
      this.note(this.ownLimit()?.sentence ?? `must not hold more than ${MAX_ITEMS} items`);
      return;
    }
    this.lists.push({ items: items.length, steps: this.path.length });
    for (let index = 0; index < items.length && !this.isOver(); index += 1) {
      this.path.push(index);
      this.look(items[index]);
      this.path.pop();
    }
    this.lists.pop();
  }

  private lookIntoObject(members: Record<string, unknown>): void {
    const names = Object.keys(members);
    if (names.length > MAX_NAMES) this.note(`must not hold more than ${MAX_NAMES} names`);
    else if (names.some((name) => name.length > MAX_NAME_LENGTH))
      this.note(`must not hold a name of more than ${MAX_NAME_LENGTH} characters`);
    else
      for (const name of names) {
        if (this.isOver()) return;
        this.path.push(name);
        const fault = isReservedName(name) ? 'has a name that is reserved' : textFaultOf(name);
        if (fault === undefined) this.look(members[name]);
        else this.note(fault);
        this.path.pop();
      }
  }

  /** Whether enough was found, or more is there than will be looked at. To be asked before each further value. */
  private isOver(): boolean {
    if (this.faults.length >= this.max || this.valuesLeft < 0) return true;
    if (this.valuesLeft > 0) return false;
    this.valuesLeft = -1;
    const tooMany = { pointer: this.root, detail: `must not hold more than ${MAX_VALUES} values` };
    this.faults.push(this.tooLong() ?? tooMany);
    return true;
  }

  /** Of the lists that are being looked through, the outermost one that is longer than its own field allows. */
  private tooLong(): FieldError | undefined {
    for (const { items, steps } of this.lists) {
      const own = this.ownLimit(steps);
      if (own !== undefined && items > own.maxItems) return { pointer: this.pointer(steps), detail: own.sentence };
    }
    return undefined;
  }

  private ownLimit(steps = this.path.length): OwnLimit | undefined {
    return this.dto === undefined ? undefined : ownLimitOf(this.dto, this.path.slice(0, steps));
  }

  private note(detail: string | undefined): void {
    if (detail !== undefined) this.faults.push({ pointer: this.pointer(), detail });
  }

  private pointer(steps = this.path.length): string {
    const names = this.path.slice(0, steps).map((step) => `/${typeof step === 'number' ? step : escapePointer(step)}`);
    return [this.root, ...names].join('').replaceAll('\0', '\\0').toWellFormed();
  }
}

const TEXT_FAULTS = { NUL: 'must not hold a NUL character', surrogate: 'must not hold half of a surrogate pair' };

/** A name that every object has already, such as `constructor`: whoever asks an object for it finds something. */
export function isReservedName(name: string): boolean {
  return name in Object.prototype;
}

function textFaultOf(text: string): string | undefined {
  const unstorable = unstorableIn(text);
  return unstorable === undefined ? undefined : TEXT_FAULTS[unstorable];
}

function numberFaultOf(number: number): string | undefined {
  if (Number.isNaN(number)) return 'has more digits than a JSON number carries: send text where text is allowed';
  return Number.isFinite(number) ? undefined : 'is too large for a number';
}

/** A name as one step of a JSON pointer (RFC 6901, section 3). */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
