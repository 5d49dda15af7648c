import { Problem, type ProblemClass } from '../kernel/problem.js';

export class AccountNotFound extends Problem {
  static readonly type = 'account-not-found';
  static readonly status = 404;
  static readonly title = 'There is no such account';
  static readonly remedy =
    'Make the account first: `PUT /v1/accounts/{accountId}` with an id of your own. It is safe to repeat.';

  constructor(override readonly facts: { accountId: string }) {
    super();
  }

  get detail(): string {
    return `There is no account ${this.facts.accountId}.`;
  }
}

export const accountsProblems: readonly ProblemClass[] = [AccountNotFound];
