import './global-setup.js';

/** After the last test: stops the server of the run and removes its folder. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.removeTestServer?.();
}
