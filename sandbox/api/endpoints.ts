import type { ObjectShape } from '../params/shapes.js';
import type { Expansions } from './expand.js';
import type { Resource, Route } from './resource.js';

/** An endpoint with the parameters it takes. */
export interface Endpoint {
  method: string;
  path: string;
  route: Route;
  shape: ObjectShape;
}

/** What can be expanded in the answers. */
export const expansionsOf = (resources: Resource[]): Expansions =>
  new Map(resources.flatMap((resource) => Object.entries(resource.expansions ?? {})));

/** Throws when an endpoint has no parameters generated for it, or parameters have no endpoint. */
export function endpointsOf(resources: Resource[], shapes: Map<string, ObjectShape>): Endpoint[] {
  const routes = resources.flatMap((resource) => resource.routes);
  const unserved = [...shapes.keys()].filter((endpoint) => routes.every((route) => route.endpoint !== endpoint));
  if (unserved.length > 0) throw new Error(`parameters without an endpoint: ${unserved.join(', ')}`);
  return routes.map((route) => {
    const [method = '', path = ''] = route.endpoint.split(' ');
    const shape = shapes.get(route.endpoint);
    if (shape === undefined) throw new Error(`no parameters were generated for ${route.endpoint}`);
    return { method, path, route, shape };
  });
}
