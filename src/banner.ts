import { walkSteps } from './pages/walk.js';
import type { RunningScrip } from './start.js';

/** So that the walk can be pasted as a whole: at its prompt zsh takes a comment for a command, unless it is told. */
const ZSH_READS_COMMENTS = '[ -z "$ZSH_VERSION" ] || setopt interactive_comments';

/** What a start prints for people: where to look, the key, and how to buy, spend and refund with curl. */
export function banner({ url, runtime, sandbox }: RunningScrip): string {
  if (url === undefined) return '\nScrip works on background jobs. Stop it with Ctrl-C.\n\n';
  const { bootstrapKey, publicUrl } = runtime;
  const steps = walkSteps({ baseUrl: publicUrl, key: bootstrapKey, sandbox: sandbox !== undefined });
  const lines = [
    '',
    `Scrip is ready: ${publicUrl}`,
    '',
    `  API docs      ${publicUrl}/docs`,
    `  Postgres      ${runtime.database === 'embedded' ? 'started here, its data is kept' : 'your own (DATABASE_URL)'}`,
    `  Payments      ${sandbox === undefined ? 'Stripe' : `sandbox at ${sandbox.url}, no real money`}`,
    `  Secret key    ${bootstrapKey ?? 'none: set SCRIP_BOOTSTRAP_KEY to get a first one'}`,
    '',
    'Buy, spend and refund, in another terminal:',
    '',
    ZSH_READS_COMMENTS,
    ...steps.flatMap(({ title, intro, command, expect }, index) => [
      '',
      `# ${index + 1}. ${title}`,
      ...(intro === undefined ? [] : [`# ${intro}`]),
      command,
      `# -> ${expect}`,
    ]),
    '',
    'Stop it with Ctrl-C. What it knows is still there at the next start.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}
