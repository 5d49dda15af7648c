import { ValidationFailed } from '../problems/http.problems.js';

/** More than a batch of a thousand items with all their notes. What `JSON.parse` takes grows with both. */
const MAX_VALUES = 65_536;
const MAX_DEPTH = 64;
/** Below it a body cannot hold enough to take long, and the busiest routes send no more. */
const SMALL_BYTES = 8_192;

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Refuses the JSON whose parsing alone would hold up all other requests, before it is parsed: nesting without end, and
 * very many values. Reads the bytes once. @throws ValidationFailed
 */
export function boundJson(json: Buffer): void {
  if (json.length <= SMALL_BYTES) return;
  let depth = 0;
  let values = 1;
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case QUOTE:
        at = endOfText(json, at + 1);
        break;
      case COMMA:
        values += 1;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        values += 1;
        depth += 1;
        if (depth > MAX_DEPTH) throw ValidationFailed.at('', `must not be nested more than ${MAX_DEPTH} levels deep`);
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth -= 1;
    }
    if (values > MAX_VALUES) throw ValidationFailed.at('', `must not hold more than ${MAX_VALUES} values`);
  }
}

/** Where the text that begins at `from` has its closing quote, or the end of the body when it has none. */
function endOfText(json: Buffer, from: number): number {
  let at = from;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}
