/** A number for what the request was for a capture that has ended its hold. */
export type CaptureForm = number & { readonly __form: 'capture' };

/** What of a capture exceeds its hold is refused, or taken of what is available. */
export const OVERAGES = ['refuse', 'available'] as const;
export type Overage = (typeof OVERAGES)[number];

/** What is said of a capture besides what it is of; what is left out can be told from what is said to be so. */
export interface CaptureSaid {
  readonly final?: boolean;
  readonly overage?: Overage;
}

const FINALS = [undefined, true, false] as const;
const SAID_OVERAGES = [undefined, ...OVERAGES];
/** What a capture is of. */
const KINDS = ['amount', 'lines', 'quantity'] as const;
export type CaptureKind = (typeof KINDS)[number];

/** Of an amount, where nothing is said of an overage, the forms are 1 to 3. Others of entries lie in between. */
const FIRST_PLAIN = 1;
const FIRST = 20;

/** The number that the row of a capture keeps of its request. */
export function captureFormOf(kind: CaptureKind, { final, overage }: CaptureSaid): CaptureForm {
  const finals = FINALS.indexOf(final);
  if (kind === 'amount' && overage === undefined) return (FIRST_PLAIN + finals) as CaptureForm;
  const place = KINDS.indexOf(kind) * SAID_OVERAGES.length + SAID_OVERAGES.indexOf(overage);
  return (FIRST + place * FINALS.length + finals) as CaptureForm;
}

/** What the request was that a form stands for. */
export function requestOfForm(form: CaptureForm): { kind: CaptureKind; said: CaptureSaid } {
  const number = form < FIRST ? form - FIRST_PLAIN : form - FIRST;
  const final = FINALS[number % FINALS.length];
  const place = Math.floor(number / FINALS.length);
  const overage = SAID_OVERAGES[place % SAID_OVERAGES.length];
  return {
    kind: KINDS[Math.floor(place / SAID_OVERAGES.length)] ?? 'amount',
    said: { ...(final !== undefined && { final }), ...(overage !== undefined && { overage }) },
  };
}
