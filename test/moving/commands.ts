import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { runCommand } from '../support/service/command.js';
import { dataDirOf } from '../support/service/data-dir.js';
import { startTestScrip, type TestScrip } from '../support/service/scrip.js';

/** A service, a folder for files, and the commands that read and write them on the same books. */
export interface Moving {
  scrip: TestScrip;
  databaseUrl: string;
  /** What commands are run with. */
  env: Record<string, string>;
  path(name: string): string;
  write(name: string, text: string | Uint8Array): Promise<string>;
  read(name: string): Promise<string>;
  run(...args: string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }>;
}

/** Made before the first test of a file, and gone after the last, its books proven. */
export function useMoving(scripEnv: Record<string, string> = {}): Moving {
  let database: TestDatabase | undefined;
  let scrip: TestScrip | undefined;
  let folder = '';
  beforeAll(async () => {
    database = await createTestDatabase();
    scrip = await startTestScrip({ DATABASE_URL: database.url, ...scripEnv });
    folder = await mkdtemp(join(tmpdir(), 'scrip-moving-'));
  });
  afterAll(async () => {
    const report = await scrip?.checkBooks();
    await scrip?.close();
    await database?.drop();
    await rm(folder, { recursive: true });
    expect(report?.findings ?? []).toEqual([]);
  });
  const started = () => {
    if (scrip === undefined || database === undefined) throw new Error('the service has not started');
    return { scrip, database };
  };
  const path = (name: string) => join(folder, name);
  // The sandbox is found by the folder of the service.
  const env = () => ({ DATABASE_URL: started().database.url, SCRIP_DATA_DIR: dataDirOf(started().database.url) });
  return {
    get scrip() {
      return started().scrip;
    },
    get databaseUrl() {
      return started().database.url;
    },
    get env() {
      return env();
    },
    path,
    write: async (name, text) => {
      await writeFile(path(name), text);
      return path(name);
    },
    read: (name) => readFile(path(name), 'utf8'),
    run: (...args) => runCommand(args, env()),
  };
}

/** The rows of a table by the names of its columns, none of which holds a comma or a quote. */
export function plainRows(csv: string): Record<string, string>[] {
  const [head = '', ...lines] = csv.trimEnd().split('\r\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [names[index], cell])));
}

export function jsonRows(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
