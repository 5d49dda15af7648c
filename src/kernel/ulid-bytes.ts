/** Crockford's base 32 in lower case, as ids are written. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
const VALUES = new Map([...LETTERS].map((letter, value) => [letter.charCodeAt(0), value]));
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
    const value = VALUES.get(id.charCodeAt(index));
    if (value === undefined) return undefined;
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

/** The ULID of 16 bytes. */
export function ulidText(bytes: Buffer): string {
  let text = '';
  let held = 0;
  let bits = 2;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= BITS_A_CHARACTER) {
      bits -= BITS_A_CHARACTER;
      text += LETTERS.charAt(held >> bits);
      held &= (1 << bits) - 1;
    }
  }
  return text;
}
