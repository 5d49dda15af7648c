import type { ObjectShape } from '../params/shapes.js';
import { ApiError } from './errors.js';
import type { Expansions } from './expand.js';
import type { Resource, Route } from './resource.js';

/** What stands for an action of Stripe's where otherwise an id does, and is no object's id. */
const words = new Set(['search', 'upcoming', 'create_preview']);

export interface Match {
  route: Route;
  shape: ObjectShape;
  id: string;
}

interface Known extends Omit<Match, 'id'> {
  method: string;
  pattern: RegExp;
}

/** Knows every endpoint with the parameters it takes, and what can be expanded in the answers. */
export class Router {
  readonly expansions: Expansions;
  private readonly known: Known[];

  /** Throws when an endpoint has no parameters generated for it, or parameters have no endpoint. */
  constructor(resources: Resource[], shapes: Map<string, ObjectShape>) {
    const routes = resources.flatMap((resource) => resource.routes);
    this.known = routes.map((route) => knownRoute(route, shapes));
    this.expansions = new Map(resources.flatMap((resource) => Object.entries(resource.expansions ?? {})));
    const unserved = [...shapes.keys()].filter((endpoint) => routes.every((route) => route.endpoint !== endpoint));
    if (unserved.length > 0) throw new Error(`parameters without an endpoint: ${unserved.join(', ')}`);
  }

  match(method: string, path: string): Match {
    for (const { route, shape, pattern, method: ofRoute } of this.known) {
      const found = method === ofRoute ? pattern.exec(path) : null;
      const id = found && decoded(found[1] ?? '');
      if (id !== null && !words.has(id)) return { route, shape, id };
    }
    throw new ApiError(404, {
      type: 'invalid_request_error',
      message:
        `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at ` +
        'https://support.stripe.com/. (If Stripe itself has it, this sandbox does not do it yet: see ' +
        'sandbox/README.md.)',
    });
  }
}

/** Nothing when it is no text that an id could be. */
function decoded(segment: string): string | null {
  try {
    const text = decodeURIComponent(segment);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

function knownRoute(route: Route, shapes: Map<string, ObjectShape>): Known {
  const [method = '', path = ''] = route.endpoint.split(' ');
  const shape = shapes.get(route.endpoint);
  if (shape === undefined) throw new Error(`no parameters were generated for ${route.endpoint}`);
  return { route, shape, method, pattern: new RegExp(`^${path.replace(':id', '([^/]+)')}$`) };
}
