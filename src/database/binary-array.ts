/**
 * Arrays in the binary format of Postgres, as parameters of statements that take thousands of values. The driver would
 * write them as text, quoting every element, which costs several times as much. Source: PostgreSQL 18,
 * src/backend/utils/adt/arrayfuncs.c (array_recv) and the `_recv` functions of the element types.
 */

/** Dimensions, whether there are nulls, the element's type, the length and the lower bound. */
const HEADER_BYTES = 20;
const EMPTY_HEADER_BYTES = 12;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;
/** Instants are microseconds since 2000-01-01 UTC. */
const EPOCH_MS = 946_684_800_000;
const TWO_TO_32 = 4_294_967_296;
const JSONB_VERSION = 1;

/** Longer than the header and any one value that has a fixed size. */
const ROOM_BYTES = 64;
const FIRST_SCRATCH_BYTES = 65_536;
const MAX_BYTES_A_UNIT = 3;
/** Up to it a loop is faster than a call into Node. */
const SHORT = 64;
const MAX_ASCII = 0x7f;

/** Where an array is written before its size is known, over and over. */
let scratch = Buffer.alloc(FIRST_SCRATCH_BYTES);
/** The same bytes: numbers are written through it in a third of the time that the methods of a Buffer take. */
let view = new DataView(scratch.buffer, scratch.byteOffset);

/** How values of one type are written. */
export interface ElementType<T> {
  readonly oid: number;
  /** An array without elements. */
  readonly empty: Buffer;
  /** The most bytes that the value can take, for values that may be long. */
  mostBytes?(value: T): number;
  /** Writes the value to the scratch at `offset`; returns its size in bytes. */
  write(value: T, offset: number): number;
}

/** An array of what `pick` takes of each row. */
export function arrayOf<Row, T>(type: ElementType<T>, rows: readonly Row[], pick: (row: Row) => T | null): Buffer {
  if (rows.length === 0) return type.empty;
  const end = writeElements(type, rows, pick);
  // Not before: the scratch may be another one by now.
  return Buffer.from(scratch.subarray(0, end));
}

/** The same, but an array without elements where nothing is taken of any row: `unnest` fills it up with nulls. */
export function filledArrayOf<Row, T>(
  type: ElementType<T>,
  rows: readonly Row[],
  pick: (row: Row) => T | null,
): Buffer {
  return rows.every((row) => pick(row) === null) ? type.empty : arrayOf(type, rows, pick);
}

/** Writes an array to the scratch and returns where it ends. */
function writeElements<Row, T>(type: ElementType<T>, rows: readonly Row[], pick: (row: Row) => T | null): number {
  view.setInt32(0, 1);
  view.setInt32(4, 1);
  view.setInt32(8, type.oid);
  view.setInt32(12, rows.length);
  view.setInt32(16, 1);
  let offset = HEADER_BYTES;
  for (const row of rows) {
    const value = pick(row);
    const room = ROOM_BYTES + (value === null ? 0 : (type.mostBytes?.(value) ?? 0));
    if (offset + room > scratch.length) grow(offset + room);
    const size = value === null ? NULL_LENGTH : type.write(value, offset + LENGTH_BYTES);
    view.setInt32(offset, size);
    offset += LENGTH_BYTES + Math.max(0, size);
  }
  return offset;
}

function grow(atLeastBytes: number): void {
  const larger = Buffer.alloc(Math.max(atLeastBytes, scratch.length * 2));
  scratch.copy(larger);
  scratch = larger;
  view = new DataView(scratch.buffer, scratch.byteOffset);
}

function writeText(value: string, offset: number): number {
  const { length } = value;
  if (length > SHORT) return scratch.write(value, offset, 'utf8');
  for (let index = 0; index < length; index += 1) {
    const code = value.charCodeAt(index);
    if (code > MAX_ASCII) return scratch.write(value, offset, 'utf8');
    scratch[offset + index] = code;
  }
  return length;
}

function writeBytes(value: Uint8Array, offset: number): number {
  const { length } = value;
  if (length > SHORT) scratch.set(value, offset);
  else for (let index = 0; index < length; index += 1) scratch[offset + index] = value[index] ?? 0;
  return length;
}

/** An integer beyond 32 bits that a number holds exactly. */
function writeLong(value: number, offset: number): number {
  const high = Math.floor(value / TWO_TO_32);
  view.setInt32(offset, high);
  view.setUint32(offset + 4, value - high * TWO_TO_32);
  return 8;
}

function emptyOf(oid: number): Buffer {
  const empty = Buffer.alloc(EMPTY_HEADER_BYTES);
  empty.writeInt32BE(oid, 8);
  return empty;
}

const mostBytesOfText = (value: string) => value.length * MAX_BYTES_A_UNIT;
const mostBytesOfBytes = (value: Uint8Array) => value.length;

export const TEXT: ElementType<string> = {
  oid: 25,
  empty: emptyOf(25),
  mostBytes: mostBytesOfText,
  write: writeText,
};

/** JSON text, for a column of type `json`. */
export const JSON_TEXT: ElementType<string> = { ...TEXT, oid: 114, empty: emptyOf(114) };

/** JSON text, for a column of type `jsonb`. */
const JSONB: ElementType<string> = {
  oid: 3802,
  empty: emptyOf(3802),
  mostBytes: mostBytesOfText,
  write: (value, offset) => {
    scratch[offset] = JSONB_VERSION;
    return 1 + writeText(value, offset + 1);
  },
};

export const BIGINT: ElementType<bigint> = {
  oid: 20,
  empty: emptyOf(20),
  write: (value, offset) => {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} is out of range for a bigint`);
    view.setBigInt64(offset, value);
    return 8;
  },
};

/** A bigint that is a number here. */
export const SAFE_INTEGER: ElementType<number> = { oid: 20, empty: emptyOf(20), write: writeLong };

export const SMALLINT: ElementType<number> = {
  oid: 21,
  empty: emptyOf(21),
  write: (value, offset) => {
    if ((value << 16) >> 16 !== value) throw new RangeError(`${value} is out of range for a smallint`);
    view.setInt16(offset, value);
    return 2;
  },
};

export const BYTEA: ElementType<Uint8Array> = {
  oid: 17,
  empty: emptyOf(17),
  mostBytes: mostBytesOfBytes,
  write: writeBytes,
};

/** The 16 bytes of each. */
export const UUID: ElementType<Uint8Array> = { ...BYTEA, oid: 2950, empty: emptyOf(2950) };

export const TIMESTAMPTZ: ElementType<Date> = {
  oid: 1184,
  empty: emptyOf(1184),
  write: (value, offset) => writeLong((value.getTime() - EPOCH_MS) * 1_000, offset),
};

const itself = <T>(value: T) => value;

export const textArray = (values: readonly (string | null)[]) => arrayOf(TEXT, values, itself);
/** Of JSON texts, for a column of type `json`. */
export const jsonArray = (values: readonly (string | null)[]) => arrayOf(JSON_TEXT, values, itself);
/** Of JSON texts, for a column of type `jsonb`. */
export const jsonbArray = (values: readonly (string | null)[]) => arrayOf(JSONB, values, itself);
export const bigintArray = (values: readonly (bigint | null)[]) => arrayOf(BIGINT, values, itself);
export const smallintArray = (values: readonly (number | null)[]) => arrayOf(SMALLINT, values, itself);
export const byteaArray = (values: readonly (Uint8Array | null)[]) => arrayOf(BYTEA, values, itself);
export const timestamptzArray = (values: readonly (Date | null)[]) => arrayOf(TIMESTAMPTZ, values, itself);
