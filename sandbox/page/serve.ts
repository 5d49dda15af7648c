import type { Exchange } from '../http/exchange.js';
import type { HttpServer } from '../http/server.js';
import type { World } from '../world.js';
import { serveFrontPage } from './front-page.js';
import { serveInvoice } from './invoices/serve-invoice.js';
import { serveReceipt } from './invoices/serve-receipt.js';
import { sendPage } from './layout.js';
import { unknownPage } from './notices.js';
import { serveChallenge } from './pay/serve-challenge.js';
import { serveElements } from './pay/serve-elements.js';
import { serveLink } from './pay/serve-link.js';
import { serveSession } from './pay/serve-session.js';
import { servePortal } from './portal/serve-portal.js';

type Serve = (world: World, exchange: Exchange) => Promise<void>;

/** The pages for people, by what their paths begin with. */
const pages: Record<string, Serve> = {
  '/3d-secure/': serveChallenge,
  '/buy/': serveLink,
  '/c/pay/': serveSession,
  '/elements/': serveElements,
  '/i/': serveInvoice,
  '/p/session/': servePortal,
  '/receipts/': serveReceipt,
};

/** Leads visits of pages to them. Who comes in another way than a browser does is told that there is none. */
export function servePages(server: HttpServer, world: World): void {
  server.on('GET', '/', (exchange) => serveFrontPage(world, exchange));
  for (const [prefix, serve] of Object.entries(pages)) {
    server.on('any', `${prefix}*`, async (exchange) => {
      if (exchange.method === 'GET' || exchange.method === 'POST') await serve(world, exchange);
      else sendPage(exchange, 404, unknownPage);
    });
  }
}
