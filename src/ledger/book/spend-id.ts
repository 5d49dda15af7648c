import { randomFillSync } from 'node:crypto';
import { ulidBytes, ulidText } from '../../kernel/ulid-bytes.js';

const PREFIX = 'spd_';
const TWO_TO_32 = 4_294_967_296;
const SALTS = 1_024;
/** A Postgres integer that is never negative. */
const SALT_BITS = 0x7fffffff;

/** What the id of a spend is made of, so that its row need not hold it, and is found by its key. */
export interface SpendIdParts {
  /** When it was recorded, in milliseconds. */
  readonly recordedMs: number;
  /** The number of its entry. */
  readonly seq: bigint;
  /** 31 random bits, since the two others can be guessed. */
  readonly salt: number;
}

/** `spd_` and a ULID of 48 bits of time, 48 of the number and 32 of the salt: ids sort by time. */
export function spendIdOf({ recordedMs, seq, salt }: SpendIdParts): string {
  const bytes = Buffer.allocUnsafe(16);
  bytes.writeUIntBE(recordedMs, 0, 6);
  const number = Number(seq);
  bytes.writeUInt16BE(Math.floor(number / TWO_TO_32), 6);
  bytes.writeUInt32BE(number % TWO_TO_32, 8);
  bytes.writeUInt32BE(salt, 12);
  return PREFIX + ulidText(bytes);
}

/**
 * What an id says when it was made by `spendIdOf`; numbers that are nobody's for others; undefined for what is no id.
 */
export function partsOfSpendId(id: string): SpendIdParts | undefined {
  const bytes = id.startsWith(PREFIX) && id.length === 30 ? ulidBytes(id) : undefined;
  if (bytes === undefined) return undefined;
  return { recordedMs: bytes.readUIntBE(0, 6), seq: BigInt(bytes.readUIntBE(6, 6)), salt: bytes.readUInt32BE(12) };
}

const salts = new Int32Array(SALTS);
let drawn = SALTS;

/** A salt from the operating system's randomness, which is asked for a thousand of them at a time. */
export function newSalt(): number {
  if (drawn === SALTS) {
    randomFillSync(salts);
    drawn = 0;
  }
  const salt = salts[drawn] ?? 0;
  drawn += 1;
  return salt & SALT_BITS;
}
