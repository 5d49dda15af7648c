/** A rule that always holds, as a query for the accounts that break it: columns `account_id` and `detail`. */
export interface BookRule {
  rule: string;
  sql: string;
}

/** One broken rule of the books, on one account; `*` stands for all of them together. */
export interface BookFinding {
  readonly accountId: string;
  readonly rule: string;
  readonly detail: string;
}
