/**
 * The order of imports: a room may import the rooms named here and whatever those may import. ARCHITECTURE.md says why.
 * @type {Record<string, string[]>}
 */
const rooms = {
  kernel: [],
  config: ['kernel'],
  database: ['config'],
  stripe: ['config'],
  jobs: ['database'],
  html: ['config'],
  http: ['html', 'database'],
  auth: ['http'],
  idempotency: ['http'],
  outbox: ['auth', 'jobs'],
  rating: ['auth', 'idempotency'],
  ledger: ['rating', 'outbox'],
  alerts: ['ledger'],
  metering: ['ledger'],
  reports: ['ledger'],
  deliveries: ['ledger'],
  accounts: ['ledger'],
  catalog: ['rating'],
  entitlements: ['accounts', 'catalog'],
  customers: ['accounts', 'catalog', 'stripe'],
  orders: ['entitlements', 'stripe'],
  returns: ['orders'],
  refunds: ['returns'],
  disputes: ['returns'],
  subscriptions: ['returns', 'customers'],
  cancellations: ['refunds', 'subscriptions'],
  checkout: ['subscriptions'],
  'top-ups': ['checkout'],
  vouchers: ['orders'],
  settlement: ['refunds', 'disputes', 'checkout'],
  adoption: ['settlement'],
  moving: ['adoption'],
  'test-clock': ['settlement'],
  webhooks: ['settlement'],
  'book-checks': ['reports'],
  reconciliation: ['settlement', 'book-checks'],
  pages: ['catalog', 'accounts'],
};

/** A room itself and everything that it may reach. */
function reach(room, seen = new Set()) {
  if (seen.has(room)) return seen;
  seen.add(room);
  for (const next of rooms[room]) reach(next, seen);
  return seen;
}

const roomRules = Object.keys(rooms).map((room) => ({
  name: `${room}-imports`,
  severity: 'error',
  comment: `src/${room} may import only ${[...reach(room)].join(', ')}`,
  from: { path: `^src/${room}/`, pathNot: '^src/database/(migrate|distribute|shards)\\.ts$' },
  to: {
    path: '^(src|sandbox|embedded-postgres|migrations|test|bench)/',
    pathNot: `^src/(${[...reach(room)].join('|')})/`,
  },
}));

/** What gathers the rooms, and may import all of them: the service as a whole, and its commands in a terminal. */
const gathering = ['app', 'cli'];

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'every-room-is-listed',
      severity: 'error',
      comment: 'A new folder of src/ needs its place in the order of imports',
      from: { path: `^src/(?!(?:${[...Object.keys(rooms), ...gathering].join('|')})/)[^/]+/` },
      to: {},
    },
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Not even one of types: what two files need of each other belongs in a third',
      from: {},
      to: { circular: true },
    },
    {
      name: 'the-service-knows-no-command',
      severity: 'error',
      from: { path: '^src/(app/|main\\.ts$)' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'only-stripe-knows-stripe',
      severity: 'error',
      comment: "Stripe's types and event names stay in one room",
      from: { path: '^src/', pathNot: '^src/stripe/' },
      to: { path: 'node_modules/stripe/' },
    },
    {
      name: 'sandbox-stands-alone',
      severity: 'error',
      comment: 'The sandbox is a stand-in for Stripe and knows nothing of the service',
      from: { path: '^sandbox/' },
      to: { path: '^(src|migrations|test|bench)/' },
    },
    {
      name: 'embedded-postgres-stands-alone',
      severity: 'error',
      from: { path: '^embedded-postgres/' },
      to: { path: '^(src|sandbox|migrations|test|bench)/' },
    },
    {
      name: 'packages-by-what-they-export',
      severity: 'error',
      comment: 'A package is compiled for itself, and imported by its name: no path leads into it from outside',
      from: { path: '^([^/]+)/' },
      to: { path: '^(sandbox|embedded-postgres)/', pathNot: ['^$1/', '^(sandbox|embedded-postgres)/index\\.ts$'] },
    },
    {
      name: 'only-start-knows-the-sandbox',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/app/start\\.ts$' },
      to: { path: '^sandbox/' },
    },
    {
      name: 'migrations-stand-alone',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(src|sandbox|embedded-postgres|test)/' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|\\.mjs$' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    // What a package exports is its sources, as for the type checker: `types` comes first.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'node', 'default'] },
  },
};
