import type { Tx } from '../database/database.js';

/** What remains to be written, when everything was fetched. It may be run in any transaction, any number of times. */
export type SettlementWrite = (tx: Tx) => Promise<void>;

/** Nothing remains to be written: what the fact says was settled before. */
export const SETTLED: SettlementWrite = async () => undefined;
