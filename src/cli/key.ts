import { findBootstrapKey } from '../app/bootstrap-key.js';
import { loadConfig } from '../config/config.js';
import { NotRunning } from './errors.js';

/** Tells the first key to whoever may read the configuration and the data folder. @throws NotRunning */
export async function tellKey(): Promise<number> {
  const config = loadConfig(process.env);
  const key = await findBootstrapKey(config);
  if (key === undefined)
    throw new NotRunning(
      config.database.kind === 'own'
        ? 'With a Postgres of your own the first key is the one that you set as SCRIP_BOOTSTRAP_KEY.'
        : `There is no key in ${config.dataDir} yet. Start the service once (npm start): it makes one.`,
    );
  process.stdout.write(`${key.secret}\n`);
  return 0;
}
