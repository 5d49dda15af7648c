import { parseArgs } from 'node:util';

export const USAGE = `usage: npm run sandbox [-- --port <number>] [--webhooks <url>]

  --port      where it listens; else SANDBOX_PORT, else 12111 or a free one
  --webhooks  sends every event to this address, signed with the secret that is shown

DATABASE_URL    a Postgres to keep a schema in; without it one of its own is started
SCRIP_DATA_DIR  where that one keeps its data (.scrip)
HOST            the address that it listens on (127.0.0.1)
`;

export interface Options {
  host: string;
  /** Undefined takes the usual one, or a free one where that is taken. */
  port: number | undefined;
  webhooks: string | undefined;
  databaseUrl: string | undefined;
  dataDir: string;
}

/** It was not called as it is meant to be. */
export class UsageError extends Error {}

/** What the command line and the environment ask for; `help` for the usage alone. @throws UsageError */
export function readOptions(args: string[], env: NodeJS.ProcessEnv): Options | 'help' {
  const { help, port = env.SANDBOX_PORT, webhooks } = parsed(args);
  if (help) return 'help';
  if (webhooks !== undefined && !/^https?:$/.test(URL.parse(webhooks)?.protocol ?? ''))
    throw new UsageError(`--webhooks takes an address such as http://127.0.0.1:4000/webhooks, not ${webhooks}.`);
  return {
    host: env.HOST || '127.0.0.1',
    port: port ? portOf(port) : undefined,
    webhooks,
    databaseUrl: env.DATABASE_URL || undefined,
    dataDir: env.SCRIP_DATA_DIR || '.scrip',
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h' },
        port: { type: 'string' },
        webhooks: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageError(`A port is a number from 0 to 65535, not ${text}.`);
  return port;
}
