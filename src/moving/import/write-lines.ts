import { Injectable } from '@nestjs/common';
import { MakeAccounts } from '../../accounts/make-accounts.js';
import { Database, type Tx } from '../../database/database.js';
import { Problem } from '../../kernel/problem.js';
import type { Book } from '../../ledger/book/book.js';
import { decideGrant, GIVEN_BY_CALL } from '../../ledger/decisions/grant.js';
import { Ledger } from '../../ledger/ledger.js';
import { Lanes } from '../../ledger/posting/lanes.js';
import type { ImportLine } from './import-line.js';
import { type BegunImport, ImportsStore } from './imports.store.js';
import type { Outcome } from './outcome.js';

/** Who has moved the credits, as entries name it. */
const ACTOR = 'import';

export type NotWritten = Pick<Outcome, 'status' | 'detail'>;

/** Makes the accounts that lines name, and gives them the credits that they had elsewhere. */
@Injectable()
export class WriteLines {
  constructor(
    private readonly database: Database,
    private readonly store: ImportsStore,
    private readonly makeAccounts: MakeAccounts,
    private readonly lanes: Lanes,
    private readonly ledger: Ledger,
  ) {}

  /**
   * Writes lines together with the note that they are imported, so that whatever is broken off was written as a whole
   * or not at all, and none is written twice, also by two processes. In one transaction; where the books are on shards,
   * in one for each of them. Lets one process at a time import, then locks the balances, ascending by id. Returns
   * which lines were not written, and why.
   */
  async run(imported: BegunImport, lines: readonly ImportLine[]): Promise<Map<number, NotWritten>> {
    const left = new Map<number, NotWritten>();
    const ofAccount = Map.groupBy(lines, ({ accountId }) => accountId);
    for (const accountIds of await this.lanes.group([...ofAccount.keys()].sort())) {
      const group = accountIds.flatMap((accountId) => ofAccount.get(accountId) ?? []);
      const ofGroup = await this.database.transaction((tx) => this.write(tx, imported, group));
      for (const [line, why] of ofGroup) left.set(line, why);
    }
    return left;
  }

  private async write(tx: Tx, imported: BegunImport, lines: readonly ImportLine[]): Promise<Map<number, NotWritten>> {
    await this.store.lock(tx);
    const known = await this.store.known(imported, lines, tx);
    const left = new Map<number, NotWritten>();
    for (const line of known.keys()) left.set(line, { status: 'known', detail: 'imported meanwhile' });
    const fresh = lines.filter(({ line }) => !known.has(line));
    const accounts = [...new Map(fresh.map((line) => [line.accountId, line])).values()];
    await this.makeAccounts.run(tx, accounts);
    const books = await this.ledger.openAll(
      tx,
      accounts.map(({ accountId }) => accountId),
    );
    for (const line of fresh) {
      const why = give(books.get(line.accountId), imported, line);
      if (why !== undefined) left.set(line.line, { status: 'refused', detail: why });
    }
    const written = fresh.filter(({ line }) => !left.has(line));
    await this.ledger.writeAll(tx, [...books.values()]);
    await this.makeAccounts.giveEmails(tx, written);
    await this.store.add(tx, imported.id, written);
    return left;
  }
}

/** Gives the credits of a line as a call would have. Returns why the ledger refuses them. */
function give(book: Book | undefined, imported: BegunImport, { line, credits }: ImportLine): string | undefined {
  if (book === undefined) return 'the account is not there';
  if (credits === null) return undefined;
  const { amount, expiresAt, cost: costBasis } = credits;
  try {
    decideGrant(book, {
      amount,
      category: costBasis === null ? 'promotional' : 'paid',
      reason: `Imported from ${imported.name}, line ${line}`,
      actor: ACTOR,
      expiresAt,
      costBasis,
      source: { type: GIVEN_BY_CALL, id: `${imported.id}/${line}` },
    });
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.detail;
    throw error;
  }
}
