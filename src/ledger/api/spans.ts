/** The first span of time that is looked at for the newest; each that follows is longer by the factor. */
const FIRST_SPAN_MS = 60_000;
const SPAN_FACTOR = 4;
/** After so many spans, some two months, all that is older is looked at as one. */
const SPANS = 9;

/** Later than `after`, or of any time before where that is absent, and not later than `upTo`. */
export interface Span {
  readonly after: Date | undefined;
  readonly upTo: Date;
}

/**
 * Spans of time in which the newest of a table are looked for one after the other, until there are enough: where there
 * is no index of their times that has an order. The last is of any time before.
 */
export function* spansBefore(instant: Date, { from }: { from: Date | undefined }): Generator<Span> {
  let upTo = instant;
  for (let span = 1, ms = FIRST_SPAN_MS; ; span += 1, ms *= SPAN_FACTOR) {
    const isLast = span > SPANS || (from !== undefined && upTo.getTime() - ms <= from.getTime());
    const after = isLast ? undefined : new Date(upTo.getTime() - ms);
    yield { after, upTo };
    if (after === undefined) return;
    upTo = after;
  }
}
