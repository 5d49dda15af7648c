import { createServer } from 'node:net';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@scrip/embedded-postgres';
import { type Sandbox, startSandbox } from '../index.js';
import type { LogLine } from '../log.js';
import type { Options } from './options.js';

/** Where tools of Stripe's look for a stand-in. */
const USUAL_PORT = 12_111;

export interface Alone {
  sandbox: Sandbox;
  /** Where its data are kept, in words. */
  keptIn: string;
  /** Resolves when its Postgres has ended by itself. */
  died: Promise<Error>;
  close(): Promise<void>;
}

/** Starts the sandbox with all that it needs. What was started is stopped again when a later step fails. */
export async function startAlone(options: Options, log: (line: LogLine) => void): Promise<Alone> {
  const { databaseUrl, host, webhooks } = options;
  const dataDir = join(options.dataDir, 'sandbox-postgres');
  const postgres =
    databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir, port: 0, database: 'sandbox' }) : undefined;
  try {
    const port = options.port ?? ((await isFree(host, USUAL_PORT)) ? USUAL_PORT : 0);
    const sandbox = await startSandbox({ databaseUrl: postgres?.url ?? databaseUrl ?? '', host, port, log });
    if (webhooks !== undefined) await sandbox.deliverTo(webhooks);
    return {
      sandbox,
      keptIn: postgres === undefined ? 'the Postgres of DATABASE_URL, in the schema sandbox' : dataDir,
      died: postgres?.died ?? new Promise(() => undefined),
      close: async () => {
        await sandbox.close();
        await postgres?.stop();
      },
    };
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

/** Another program can still be quicker afterwards; the sandbox then says that the port is taken. */
function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
