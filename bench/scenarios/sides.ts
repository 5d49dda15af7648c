import type { Side } from '../side.js';

/** The three designs that are compared, and the route that does nothing. */
export interface Sides {
  readonly scrip: Side;
  readonly classic: Side;
  readonly sqlFunction: Side;
  readonly nothing: Side;
}
