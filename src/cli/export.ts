import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Logger } from '@nestjs/common';
import { AccountsQueries } from '../accounts/accounts.queries.js';
import { entities } from '../app/entities.js';
import { loadConfig } from '../config/config.js';
import { Database } from '../database/database.js';
import { withoutTimeLimit } from '../database/limited-client.js';
import { LedgerWalks } from '../ledger/walks/ledger-walks.js';
import type { Exported } from '../moving/export/exported.js';
import { Exports } from '../moving/export/exports.js';
import type { Format } from '../moving/files/formats.js';
import { OrdersQueries } from '../orders/orders.queries.js';
import { balancesNow, findDatabase } from './connect.js';

export interface ExportWishes {
  /** From the first one on when absent. */
  from?: Date;
  /** Up to now when absent. */
  to?: Date;
  format: Format;
  /** Standard output when absent. */
  out?: string;
}

/** Writes a whole history to a file or to whoever reads it. Returns the exit code. */
export async function exportAll(exported: Exported, wishes: ExportWishes): Promise<number> {
  // Standard output is for the result.
  Logger.overrideLogger(false);
  const { from = new Date(0), to = new Date(), format, out } = wishes;
  const url = await findDatabase(loadConfig(process.env));
  const database = await Database.connect({ url, poolSize: 2, entities });
  try {
    const texts = Readable.from(exportsOf(database).texts(exported, { from, to }, format));
    await withoutTimeLimit(() => (out === undefined ? toReader(texts) : toFile(texts, out)));
    return 0;
  } finally {
    await database.onApplicationShutdown();
  }
}

function exportsOf(database: Database): Exports {
  const [accounts, orders] = [new AccountsQueries(database), new OrdersQueries(database)];
  return new Exports(accounts, balancesNow(database), new LedgerWalks(database), orders);
}

/** A reader that has read enough, such as `head`, ends it. */
async function toReader(texts: Readable): Promise<void> {
  await pipeline(texts, process.stdout, { end: false }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** The file has its name only once it is whole, so that none is taken for whole that is not. */
async function toFile(texts: Readable, path: string): Promise<void> {
  const unfinished = `${path}.unfinished`;
  await pipeline(texts, createWriteStream(unfinished));
  await rename(unfinished, path);
}
