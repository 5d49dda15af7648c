/**
 * Runs the tests on other days of the year, where months end, a leap day falls, clocks change and a year ends: everything
 * that lives in real months must hold on each. Debian's libfaketime shows the date to Node and to the Postgres of the tests.
 * Browsers stand still under it, so their stories are left out. Further arguments go to jest, such as a path.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const DATES = [
  { at: '2027-01-31T12:00:00Z' },
  { at: '2028-02-29T12:00:00Z' },
  { at: '2027-10-31T00:45:00Z', timeZone: 'Europe/Berlin' },
  { at: '2026-12-31T23:45:00Z' },
];
const LIBRARIES = ['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu/faketime/libfaketime.so.1`);

const library = process.env.FAKETIME_LIBRARY ?? LIBRARIES.find(existsSync);
if (library === undefined) {
  const hint = 'Tests on other dates need libfaketime: apt-get install faketime, or set FAKETIME_LIBRARY.';
  if (process.env.CI !== undefined) throw new Error(hint);
  process.stderr.write(`SKIPPED: ${hint}\n`);
  process.exit(0);
}

let failed = 0;
for (const { at, timeZone } of DATES) {
  const seconds = Math.round((Date.parse(at) - Date.now()) / 1000);
  process.stdout.write(`\n--- the tests at ${at}${timeZone === undefined ? '' : `, in ${timeZone}`} ---\n`);
  const { status } = spawnSync(
    process.execPath,
    [
      '--enable-source-maps',
      'node_modules/jest/bin/jest.js',
      ...process.argv.slice(2),
      '--testPathIgnorePatterns=/test/browser/',
    ],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        ...(timeZone !== undefined && { TZ: timeZone }),
        LD_PRELOAD: library,
        FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}s`,
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        FAKETIME_NO_FAKE_STAT: '1',
        NO_FAKE_STAT: '1',
      },
    },
  );
  if (status !== 0) failed += 1;
}
process.stdout.write(`\n${DATES.length - failed} dates passed, ${failed} dates failed\n`);
process.exit(failed === 0 ? 0 : 1);
