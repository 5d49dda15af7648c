/**
 * Which batch an account's commands may join: accounts of one lane can be locked and written by one transaction. On one
 * Postgres that holds for all accounts; on a distributed one the lane is the shard (docs/scale.md).
 */
export function laneOf(_accountId: string): number {
  return 0;
}
