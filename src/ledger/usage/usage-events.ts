import type { UsedLine } from './spend-requests.js';

/** How long the `id`, `source` and `type` of an event may be, in characters. */
export const MAX_ATTRIBUTE_LENGTH = 255;

/** How an event is named: once per account, for ever. */
export interface EventName {
  /** Without blanks. */
  readonly source: string;
  readonly id: string;
}

/** A usage event, validated. */
export interface UsageEvent extends EventName {
  readonly accountId: string;
  /** As it was sent. */
  readonly type: string;
  /** When it happened: RFC 3339 in UTC, with milliseconds. Absent for when it arrived. */
  readonly time?: string;
  readonly lines: readonly UsedLine[];
  /** Whether its data was a list of lines. Else it was one line, and the meter of that is told by the type. */
  readonly isOfLines: boolean;
}

/**
 * What the row of an event has in the place of an `Idempotency-Key`, among which it stands: no such key has a blank in
 * it, and this has one behind the source.
 */
export function eventKeyOf({ source, id }: EventName): string {
  return `${source} ${id}`;
}
