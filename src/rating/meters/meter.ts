/** What is done with usage events that the account cannot pay. */
export const WHEN_SHORT = ['reject', 'debt'] as const;
export type WhenShort = (typeof WHEN_SHORT)[number];

/** What an owner decides about a meter: all of it is replaced by a change. */
export interface MeterTerms {
  readonly name: string;
  /** One of what is counted, such as `page`. */
  readonly unit: string;
  readonly whenShort: WhenShort;
  /** How far below 0 an event may take what is available; null where `whenShort` is `reject`. */
  readonly maxDebtCredits: number | null;
}

/** Something that is counted. The key is the owner's own. */
export interface Meter extends MeterTerms {
  readonly key: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
