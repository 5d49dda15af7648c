/** A rule that always holds, as a query for the accounts that break it: columns `account_id` and `detail`. */
export interface BookRule {
  rule: string;
  sql: string;
}
