/** Crockford's base 32 in lower case, as ids are written. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
const CODES = Uint8Array.from(LETTERS, (letter) => letter.charCodeAt(0));
const NO_VALUE = 255;
/** By character code. */
const VALUES = new Uint8Array(128).fill(NO_VALUE);
for (const [value, code] of CODES.entries()) VALUES[code] = value;
const CHARACTERS = 26;
const BYTES = 16;
const BITS_A_CHARACTER = 5;

/** The 16 bytes of the ULID that ends an id, or undefined where it does not end with one. */
export function ulidBytes(id: string): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(BYTES);
  const start = id.length - CHARACTERS;
  if (start < 0) return undefined;
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let index = start; index < id.length; index += 1) {
    const value = VALUES[id.charCodeAt(index)] ?? NO_VALUE;
    if (value === NO_VALUE) return undefined;
    held = (held << BITS_A_CHARACTER) | value;
    // 26 characters are 130 bits: the first two are none.
    bits += index === start ? 3 : BITS_A_CHARACTER;
    if (index === start && value > 7) return undefined;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = held >> bits;
    held &= (1 << bits) - 1;
    at += 1;
  }
  return bytes;
}

/** Where a text is written, over and over: one that grows by a character at a time is 26 texts. */
const text = Buffer.alloc(CHARACTERS);

/** The ULID of 16 bytes. */
export function ulidText(bytes: Uint8Array): string {
  let held = 0;
  let bits = 2;
  let at = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= BITS_A_CHARACTER) {
      bits -= BITS_A_CHARACTER;
      text[at] = CODES[held >> bits] ?? 0;
      held &= (1 << bits) - 1;
      at += 1;
    }
  }
  return text.toString('latin1');
}
