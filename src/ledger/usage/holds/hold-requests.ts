import type { UsedLine } from '../spend-requests.js';
import type { CaptureSaid } from './capture-forms.js';

// What holds and captures are asked for by, validated. Their fingerprints are made of these members, whatever form they
// were sent in.

interface HoldSaid {
  readonly accountId: string;
  readonly expiresInSeconds?: number;
}

/** A hold of an amount. */
export interface PlainHold extends HoldSaid {
  readonly amount: number;
}

/** A hold of what lines are expected to cost. */
export interface UsageHold extends HoldSaid {
  readonly lines: readonly UsedLine[];
}

/** A capture of an amount. */
export interface PlainCapture extends CaptureSaid {
  readonly amount: number;
}

/** A capture of what lines cost. */
export interface LinesCapture extends CaptureSaid {
  readonly lines: readonly UsedLine[];
}

/** A capture of a quantity of the one line of its hold. */
export interface QuantityCapture extends CaptureSaid {
  /** Decimal text. */
  readonly quantity: string;
}

/** Which hold is captured. */
export interface HoldNamed {
  readonly accountId: string;
  readonly holdId: string;
}

export type UsageCapture = LinesCapture | QuantityCapture;
