import { stat } from 'node:fs/promises';
import type { Command } from './run.js';
import { run } from './run.js';

export interface User {
  name: string;
  uid: number;
  gid: number;
}

/** A way to run the Postgres programs as somebody who is not root, which they insist on. */
export interface RunAs {
  /** Who must own the data, as seen from outside. */
  owner: { uid: number; gid: number };
  /** The user whose permissions count, when it is not the user of this process. */
  user?: User;
  command(file: string, args: string[]): Command;
}

/**
 * The ways to try, the one with the fewest privileges first.
 *
 * Dropping from root to another user is enough unless a folder on the way to the programs or to the data is closed to
 * that user, as /root and the folders of `mktemp -d` are. Then the server keeps one capability that lets it pass: to
 * search and read, which many containers do not have, or else to override, which they do. The last way is a user
 * namespace, in which this process has another number and keeps its own files.
 */
export async function waysToRun(dataDir: string): Promise<RunAs[]> {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const self = { uid, gid };
  if (uid !== 0) {
    const asOurselves: RunAs = { owner: self, command: (file, args) => ({ file, args }) };
    const nobody = await findUser('nobody');
    // A number without an entry in the passwd file, as some containers give, is one that initdb refuses.
    return nobody === undefined ? [asOurselves] : [asOurselves, inNamespace(nobody, self)];
  }
  const user = (await ownerOf(dataDir)) ?? (await findUser('postgres')) ?? (await findUser('nobody'));
  if (user === undefined) return [];
  const dropped: RunAs = {
    owner: user,
    user,
    command: (file, args) => ({ file, args, uid: user.uid, gid: user.gid }),
  };
  return [
    dropped,
    withCapability('dac_read_search', user),
    withCapability('dac_override', user),
    inNamespace(user, self),
  ];
}

function withCapability(capability: string, user: User): RunAs {
  const options = [
    ...[`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'],
    ...[`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`],
    // Without it access(2) answers as if the capability were not there, and Postgres does not find its own program.
    '--securebits=+no_setuid_fixup',
  ];
  return { owner: user, user, command: (file, args) => ({ file: 'setpriv', args: [...options, '--', file, ...args] }) };
}

function inNamespace(user: User, owner: RunAs['owner']): RunAs {
  const options = ['--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`];
  return { owner, command: (file, args) => ({ file: 'unshare', args: [...options, '--', file, ...args] }) };
}

/**
 * The user who owns data that are there already, unless it is root: after a start as an ordinary user a start as root
 * leaves them with that user, so that the next ordinary start works too.
 */
async function ownerOf(dataDir: string): Promise<User | undefined> {
  const uid = (await stat(dataDir).catch(() => undefined))?.uid;
  return uid === undefined || uid === 0 ? undefined : findUser(String(uid));
}

/** Asks the system's user database. Both `id` and its options are the same everywhere. */
async function findUser(nameOrUid: string): Promise<User | undefined> {
  const ask = async (option: string) => {
    const { exitCode, output } = await run({ file: 'id', args: [...option.split(' '), nameOrUid] });
    return exitCode === 0 ? output.trim() : undefined;
  };
  const [name, uid, gid] = await Promise.all([ask('-u -n'), ask('-u'), ask('-g')]);
  return name && uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : undefined;
}
