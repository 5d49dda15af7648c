import { ReportSumTooLarge } from './reports.problems.js';

/** The JSON integer of a sum of credits or money, which unlike a balance has no bound. @throws ReportSumTooLarge */
export function toJsonSum(sum: bigint): number {
  const value = Number(sum);
  if (!Number.isSafeInteger(value)) throw new ReportSumTooLarge();
  return value;
}
