import { readVisit, visitLink } from '../../checkout/links/visit-link.js';
import type { Exchange } from '../../http/exchange.js';
import { kinds } from '../../kinds/kinds.js';
import { inWork } from '../../store/ground.js';
import { findObject } from '../../store/objects.js';
import { nobody } from '../../store/work.js';
import type { World } from '../../world.js';
import { sendPage } from '../layout.js';
import { inactivePage, unknownPage } from '../notices.js';
import { redirect } from '../redirect.js';

/** Leads everybody who visits a payment link to a session of their own. */
export async function serveLink(world: World, exchange: Exchange): Promise<void> {
  const link = await findObject(world.database, kinds.paymentLink, exchange.path.slice('/buy/'.length));
  if (link === undefined || exchange.method !== 'GET') return sendPage(exchange, 404, unknownPage);
  if (!link.shown.active) return sendPage(exchange, 410, inactivePage(link.shown.inactive_message));
  const visit = readVisit(exchange.query);
  const session = await inWork(world, nobody, (work) => visitLink(work, link, visit));
  redirect(exchange, String(session.url));
}
