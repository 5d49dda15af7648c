import 'reflect-metadata';
import { createApp, listen } from './app/create-app.js';
import { explain } from './app/explain.js';
import type { Order, Report, Start } from './app/http-processes.js';
import { exitWhenUnexpected } from './app/unexpected.js';
import { loadConfig } from './config/config.js';
import { Clock } from './kernel/clock.js';

// A process that answers HTTP for the one that has started it, which says when it stops: Ctrl-C reaches both. When that
// one is gone, nobody is left who posts, and `node:cluster` ends this one. What was handed over may be written or not.

/** Whether the system itself spreads the connections of a port over those that listen there. */
const CAN_SHARE_PORTS = process.platform === 'linux';

let stop = async (): Promise<void> => undefined;

process.on('SIGINT', () => undefined).on('SIGTERM', () => undefined);
process.on('message', (order: Order | unknown[]) => {
  if (Array.isArray(order)) return;
  if (order.is === 'stop') void stop().finally(() => process.exit(0));
  else start(order).catch((error: unknown) => report({ is: 'failed', reason: explain(error) }));
});
report({ is: 'up' });

async function start({ port, runtime }: Start): Promise<void> {
  const config = { ...loadConfig(process.env), role: 'api' } as const;
  const app = await createApp(config, { ...runtime, isHttpProcess: true }, new Clock());
  stop = () => app.close();
  exitWhenUnexpected({ close: stop });
  await listen(app, config, { port, reusePort: CAN_SHARE_PORTS });
  report({ is: 'listening' });
}

/** Ends the process when it has failed, once that was said. */
function report(what: Report): void {
  process.send?.(what, () => {
    if (what.is === 'failed') process.exit(1);
  });
}
