import type { Side } from '../side.js';

/** The three designs that are compared. */
export interface Sides {
  readonly scrip: Side;
  readonly classic: Side;
  readonly sqlFunction: Side;
}
