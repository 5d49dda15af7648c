import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** What an owner tells: see owner.mjs. */
export interface OwnerEvent {
  url?: string;
  pid?: number;
  startMs?: number;
  answer?: number;
  died?: string;
  error?: string;
  message?: string;
}

export interface Owner {
  process: ChildProcess;
  /** The next thing it tells. */
  next(): Promise<OwnerEvent>;
  /** Sends a signal to it alone and waits for its end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

const ownPackage = 'embedded-postgres';
const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;

/**
 * A copy of the package with all that it needs, in a temporary folder with the given mode,
 * so that it can be closed to others, be given to another user, or be damaged.
 */
export class Checkout {
  private readonly owners: Owner[] = [];

  private constructor(readonly folder: string) {}

  static async make({ mode = 0o755, libraryLinks = true } = {}): Promise<Checkout> {
    const folder = await mkdtemp(join(tmpdir(), 'scrip-checkout-'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await copyFile(join(ownPackage, 'test/owner.mjs'), join(folder, 'owner.mjs'));
    for (const path of ['package.json', 'dist']) {
      await cp(join(ownPackage, path), join(folder, 'node_modules/@scrip/embedded-postgres', path), {
        recursive: true,
      });
    }
    await copyPackage('pg', folder);
    await copyPackage(platformPackage, folder);
    if (!libraryLinks) await removeLinks(join(folder, 'node_modules', platformPackage, 'native/lib'));
    await chmod(folder, mode);
    return new Checkout(folder);
  }

  /** Starts an owner in a process group of its own. */
  start(options: { dataDir: string; port?: number }, as: { uid?: number; gid?: number; node?: string } = {}): Owner {
    const { node = process.execPath, ...user } = as;
    const child = spawn(node, ['owner.mjs', JSON.stringify({ port: 0, ...options })], {
      ...user,
      cwd: this.folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const exited = once(child, 'exit');
    const owner: Owner = {
      process: child,
      next: async () => {
        const { value, done } = await lines.next();
        if (done === true) throw new Error('The owner ended without a word.');
        return JSON.parse(value) as OwnerEvent;
      },
      end: async (signal) => {
        child.kill(signal);
        await exited;
      },
    };
    this.owners.push(owner);
    return owner;
  }

  /** Ends every owner that is left, with its server, and removes the folder. */
  async remove(): Promise<void> {
    const running = this.owners.filter(
      ({ process: { exitCode, signalCode } }) => exitCode === null && signalCode === null,
    );
    await Promise.all(running.map((owner) => owner.end('SIGTERM')));
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Copies an installed package with the packages that it needs. `cp` is much faster here than Node's own. */
async function copyPackage(name: string, folder: string): Promise<void> {
  const target = join(folder, 'node_modules', name);
  await mkdir(dirname(target), { recursive: true });
  await promisify(execFile)('cp', ['-a', join('node_modules', name), target]);
  const { dependencies = {} } = JSON.parse(await readFile(join(target, 'package.json'), 'utf8'));
  for (const dependency of Object.keys(dependencies)) await copyPackage(dependency, folder);
}

async function removeLinks(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) await unlink(join(folder, entry.name));
  }
}
