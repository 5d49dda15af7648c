/**
 * Arrays in the binary format of Postgres, as parameters of statements that take thousands of values. The driver would
 * write them as text, quoting every element, which costs several times as much. Source: PostgreSQL 18,
 * src/backend/utils/adt/arrayfuncs.c (array_recv) and the `_recv` functions of the element types.
 */

const OID = { bytea: 17, int8: 20, int2: 21, text: 25, json: 114, uuid: 2950, timestamptz: 1184, jsonb: 3802 } as const;

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

/** Where an array is written before its size is known, over and over. */
let scratch = Buffer.allocUnsafe(FIRST_SCRATCH_BYTES);

interface ElementType<T> {
  readonly oid: number;
  /** The most bytes that the value can take, for values that may be long. */
  mostBytes?(value: T): number;
  /** Writes the value to the scratch at `offset`; answers its size in bytes. */
  write(value: T, offset: number): number;
}

function encode<T>(type: ElementType<T>, values: readonly (T | null)[]): Buffer {
  if (values.length === 0) {
    const empty = Buffer.alloc(EMPTY_HEADER_BYTES);
    empty.writeInt32BE(type.oid, 8);
    return empty;
  }
  scratch.writeInt32BE(1, 0);
  scratch.writeInt32BE(1, 4);
  scratch.writeInt32BE(type.oid, 8);
  scratch.writeInt32BE(values.length, 12);
  scratch.writeInt32BE(1, 16);
  let offset = HEADER_BYTES;
  for (const value of values) {
    const room = ROOM_BYTES + (value === null ? 0 : (type.mostBytes?.(value) ?? 0));
    if (offset + room > scratch.length) grow(offset + room);
    const size = value === null ? NULL_LENGTH : type.write(value, offset + LENGTH_BYTES);
    scratch.writeInt32BE(size, offset);
    offset += LENGTH_BYTES + Math.max(0, size);
  }
  return Buffer.from(scratch.subarray(0, offset));
}

function grow(atLeastBytes: number): void {
  const larger = Buffer.allocUnsafe(Math.max(atLeastBytes, scratch.length * 2));
  scratch.copy(larger);
  scratch = larger;
}

const TEXT: ElementType<string> = {
  oid: OID.text,
  mostBytes: (value) => value.length * MAX_BYTES_A_UNIT,
  write: (value, offset) => scratch.write(value, offset, 'utf8'),
};

const JSON_TEXT: ElementType<string> = { ...TEXT, oid: OID.json };

const JSONB: ElementType<string> = {
  oid: OID.jsonb,
  mostBytes: (value) => value.length * MAX_BYTES_A_UNIT,
  write: (value, offset) => {
    scratch.writeUInt8(JSONB_VERSION, offset);
    return 1 + scratch.write(value, offset + 1, 'utf8');
  },
};

const BIGINT: ElementType<bigint> = {
  oid: OID.int8,
  write: (value, offset) => scratch.writeBigInt64BE(value, offset) - offset,
};

const SMALLINT: ElementType<number> = {
  oid: OID.int2,
  write: (value, offset) => scratch.writeInt16BE(value, offset) - offset,
};

const BYTEA: ElementType<Buffer> = {
  oid: OID.bytea,
  mostBytes: (value) => value.length,
  write: (value, offset) => {
    scratch.set(value, offset);
    return value.length;
  },
};

const UUID: ElementType<Buffer> = { ...BYTEA, oid: OID.uuid };

const TIMESTAMPTZ: ElementType<Date> = {
  oid: OID.timestamptz,
  write: (value, offset) => {
    const micros = (value.getTime() - EPOCH_MS) * 1_000;
    const high = Math.floor(micros / TWO_TO_32);
    scratch.writeInt32BE(high, offset);
    return scratch.writeUInt32BE(micros - high * TWO_TO_32, offset + 4) - offset;
  },
};

export const textArray = (values: readonly (string | null)[]) => encode(TEXT, values);
/** Of JSON texts, for a column of type `json`. */
export const jsonArray = (values: readonly (string | null)[]) => encode(JSON_TEXT, values);
/** Of JSON texts, for a column of type `jsonb`. */
export const jsonbArray = (values: readonly (string | null)[]) => encode(JSONB, values);
export const bigintArray = (values: readonly (bigint | null)[]) => encode(BIGINT, values);
export const smallintArray = (values: readonly (number | null)[]) => encode(SMALLINT, values);
export const byteaArray = (values: readonly (Buffer | null)[]) => encode(BYTEA, values);
/** Of the 16 bytes of each. */
export const uuidArray = (values: readonly (Buffer | null)[]) => encode(UUID, values);
export const timestamptzArray = (values: readonly (Date | null)[]) => encode(TIMESTAMPTZ, values);
