import { MalformedJson } from '../../http/problems/http.problems.js';

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** An item of which more came than may be kept. */
export const TOO_LARGE = Symbol('too large');

/** The bytes of an item, without what stands around it. */
export type BatchItem = Buffer | typeof TOO_LARGE;

/** Where in its JSON a reader stands. */
type Place = 'before the list' | 'in an item' | 'in a text' | 'behind a backslash' | 'behind the list';

/**
 * Cuts a JSON list that arrives in parts into its items, at the commas of the list itself, and keeps no more than one
 * item. What an item says is not looked at: parsed by itself it is as good, or as bad, as its sender has made it.
 */
export class BatchItems {
  private place: Place = 'before the list';
  private depth = 0;
  private kept: Buffer[] = [];
  private keptBytes = 0;
  private isFirst = true;

  constructor(private readonly maxBytes: number) {}

  /** Takes the next part, and returns the items that end in it. @throws MalformedJson for what is no list */
  push(part: Buffer): BatchItem[] {
    const items: BatchItem[] = [];
    let from = 0;
    for (let at = 0; at < part.length; at += 1) {
      const byte = part[at] ?? 0;
      switch (this.place) {
        case 'in a text':
          if (byte === QUOTE) this.place = 'in an item';
          else if (byte === BACKSLASH) this.place = 'behind a backslash';
          break;
        case 'behind a backslash':
          this.place = 'in a text';
          break;
        case 'in an item':
          if (!this.endsAt(byte)) break;
          items.push(...this.cut(part.subarray(from, at), byte));
          from = at + 1;
          break;
        default:
          this.outside(byte);
          from = at + 1;
      }
    }
    if (this.place !== 'before the list' && this.place !== 'behind the list') this.keep(part.subarray(from));
    return items;
  }

  /** The body has ended. @throws MalformedJson when the list has not */
  end(): void {
    if (this.place !== 'behind the list') throw new MalformedJson('ends before its list of events does');
  }

  /** Whether a byte ends the item that it stands behind. */
  private endsAt(byte: number): boolean {
    switch (byte) {
      case QUOTE:
        this.place = 'in a text';
        return false;
      case OPEN_LIST:
      case OPEN_OBJECT:
        this.depth += 1;
        return false;
      case COMMA:
        return this.depth === 0;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        if (this.depth === 0) return byte === CLOSE_LIST;
        this.depth -= 1;
    }
    return false;
  }

  private outside(byte: number): void {
    if (BLANKS.has(byte)) return;
    if (this.place === 'behind the list') throw new MalformedJson('goes on behind its list of events');
    if (byte !== OPEN_LIST) throw new MalformedJson('is not a list of events');
    this.place = 'in an item';
  }

  private keep(part: Buffer): void {
    this.keptBytes += part.length;
    if (this.keptBytes > this.maxBytes) this.kept = [];
    else if (part.length > 0) this.kept.push(part);
  }

  /** The item that has ended: none where nothing stands between the brackets. */
  private cut(rest: Buffer, by: number): BatchItem[] {
    this.keep(rest);
    const isTooLarge = this.keptBytes > this.maxBytes;
    const [only] = this.kept.length === 1 ? this.kept : [];
    const item = only ?? Buffer.concat(this.kept);
    const isNone = by === CLOSE_LIST && this.isFirst && item.every((byte) => BLANKS.has(byte));
    this.kept = [];
    this.keptBytes = 0;
    this.isFirst = false;
    if (by === CLOSE_LIST) this.place = 'behind the list';
    if (isTooLarge) return [TOO_LARGE];
    return isNone ? [] : [item];
  }
}
