import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/** Not there where packages were installed without optional ones. */
const BUNDLED = resolve('node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');

/** What stands for the Node of a machine: it tells its version and runs nothing. */
function machineWith(version: string): { folder: string; node: string } {
  const folder = mkdtempSync(join(tmpdir(), 'scrip-node-'));
  const node = join(folder, 'node');
  writeFileSync(node, `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  return { folder, node };
}

/** As npm runs a script: its own Node is first on the path, and the one of the packages runs. */
function chosenOn(machine: { folder: string; node: string }): string {
  const PATH = [join(process.cwd(), 'node_modules', '.bin'), machine.folder].join(delimiter);
  try {
    return execFileSync(BUNDLED, ['scripts/runtime.mjs'], {
      env: { PATH, npm_node_execpath: machine.node },
      encoding: 'utf8',
    });
  } finally {
    rmSync(machine.folder, { recursive: true });
  }
}

(existsSync(BUNDLED) ? describe : describe.skip)('the Node that Scrip runs on', () => {
  it.each(['22.18.0', '22.30.1', '24.11.0', '26.0.0'])('is the one of the machine when that is %s', (version) => {
    const machine = machineWith(version);
    expect(chosenOn(machine)).toBe(machine.node);
  });

  it.each(['20.20.2', '22.17.1', '23.11.0', '24.10.0', ''])('is the one of the packages beside %p', (version) => {
    expect(chosenOn(machineWith(version))).toBe(BUNDLED);
  });
});
