import type { RunningScrip } from './start.js';

const SHOW_KEY = 'npm run --silent scrip -- key';

/**
 * What a start prints for people, in ten lines at most: where to look, where the walk is, and the key when it is made.
 */
export function banner({ url, runtime, sandbox, key }: RunningScrip): string {
  if (url === undefined) return 'Scrip works on background jobs. Stop it with Ctrl-C.\n';
  const { publicUrl, database } = runtime;
  const lines = [
    `Scrip is ready: ${publicUrl}`,
    `  Buy and spend  with curl: ${publicUrl}/#walk, or "The first hour" in README.md`,
    `  API docs       ${publicUrl}/docs`,
    `  Postgres       ${database === 'embedded' ? 'started here, its data is kept' : 'your own (DATABASE_URL)'}`,
    `  Payments       ${sandbox === undefined ? 'Stripe' : `sandbox at ${sandbox.url}, no real money`}`,
    `  Secret key     ${keyLine(key)}`,
    'Stop it with Ctrl-C. What it knows is still there at the next start.',
  ];
  return `${lines.join('\n')}\n`;
}

/** A key is told once, when it is made: output is kept in logs that others read. */
function keyLine(key: RunningScrip['key']): string {
  switch (key?.origin) {
    case 'made':
      return `${key.secret} (shown once; again with: ${SHOW_KEY})`;
    case 'kept':
      return `made before; show it with: ${SHOW_KEY}`;
    case 'configured':
      return 'the one of SCRIP_BOOTSTRAP_KEY';
    default:
      return 'none: set SCRIP_BOOTSTRAP_KEY to get a first one';
  }
}
