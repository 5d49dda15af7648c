import type { FastifyInstance } from 'fastify';

interface KnownRoute {
  path: RegExp;
  methods: string[];
}

const routesOf = new WeakMap<object, KnownRoute[]>();

/** Takes note of every route that is registered from now on. */
export function noteRoutes(server: Pick<FastifyInstance, 'addHook' | 'server'>): void {
  const routes: KnownRoute[] = [];
  routesOf.set(server.server, routes);
  server.addHook('onRoute', ({ url, method }) => {
    if (!url.includes('*')) routes.push({ path: patternOf(url), methods: [method].flat() });
  });
}

/** The methods that are known at this path, in alphabetical order. */
export function allowedMethods(server: Pick<FastifyInstance, 'server'>, path: string): string[] {
  const routes = routesOf.get(server.server) ?? [];
  return [...new Set(routes.filter((route) => route.path.test(path)).flatMap((route) => route.methods))].sort();
}

function patternOf(url: string): RegExp {
  const steps = url
    .split('/')
    .map((step) => (step.startsWith(':') ? '[^/]+' : step.replace(/[.+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${steps.join('/')}$`);
}
