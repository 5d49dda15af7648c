export const EXPORTED = ['accounts', 'entries', 'orders', 'spends'] as const;
export type Exported = (typeof EXPORTED)[number];
