import type { ValueTransformer } from 'typeorm';

/** A bigint column, which the driver returns as text. Null stays null, and what a write leaves out stays left out. */
export const asBigint: ValueTransformer = {
  from: (value: string | null) => (value === null ? null : BigInt(value)),
  to: (value: bigint | null | undefined) => value?.toString() ?? value,
};
