import type { Exchange } from '../http/exchange.js';
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

/** Serves a page for people; answers undefined when the path leads to none. */
export function servePages(world: World, exchange: Exchange): Promise<void> | undefined {
  if (exchange.path === '/' && exchange.method === 'GET') return serveFrontPage(world, exchange);
  const prefix = Object.keys(pages).find((each) => exchange.path.startsWith(each));
  const serve = prefix === undefined ? undefined : pages[prefix];
  if (serve !== undefined && !['GET', 'POST'].includes(exchange.method)) {
    sendPage(exchange, 404, unknownPage);
    return Promise.resolve();
  }
  return serve?.(world, exchange);
}
