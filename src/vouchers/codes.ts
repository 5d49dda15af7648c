import { randomBytes } from 'node:crypto';

/**
 * What generated codes are made of: no two characters that are taken for each other, so none of 0 and O, 1, I and L,
 * 2 and Z, 5 and S, 8 and B, U and V, and not 6 next to G.
 */
export const CODE_ALPHABET = '3479ACDEFGHJKMNPQRTWXY';
/** Sixteen characters of 22 are 71 bits. */
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** Bytes from here on would make the first characters likelier than the last. */
const FAIR_BYTES = 256 - (256 % CODE_ALPHABET.length);

/** Codes that nobody can guess, such as `7KTQ-M9XA-4WDC-GH6P`. */
export function newCodes(count: number): string[] {
  const characters = randomCharacters(count * GROUPS * GROUP_LENGTH);
  return Array.from({ length: count }, (_, index) => {
    const begin = index * GROUPS * GROUP_LENGTH;
    const groups = Array.from({ length: GROUPS }, (_group, place) => {
      const from = begin + place * GROUP_LENGTH;
      return characters.slice(from, from + GROUP_LENGTH);
    });
    return groups.join('-');
  });
}

function randomCharacters(length: number): string {
  let characters = '';
  while (characters.length < length)
    for (const byte of randomBytes(length - characters.length))
      if (byte < FAIR_BYTES) characters += CODE_ALPHABET[byte % CODE_ALPHABET.length];
  return characters;
}

/** A code of the seller's own: 3 to 64 letters and digits, with dashes and underscores between them. */
export const OWN_CODE = /^(?=(?:[-_]*[A-Za-z0-9]){3,64}[-_]*$)[A-Za-z0-9][A-Za-z0-9_-]{1,125}[A-Za-z0-9]$/;

/**
 * What a code is found by: the same whatever case, dashes, blanks and widths of characters it is typed with. Dashes are
 * all those that a word processor makes of one.
 */
export function codeKeyOf(code: string): string {
  return code
    .normalize('NFKC')
    .replace(/[\p{Dash_Punctuation}\p{White_Space}\p{Default_Ignorable_Code_Point}\u2212_]/gu, '')
    .toUpperCase();
}
