/**
 * What `npm run check` knows of the house that no other tool does, over the TypeScript of `src`, `test` and the packages:
 * whose table it is that a statement names, and how large folders, files and lines are; and whether what documents name
 * is there. Prints what it finds and exits with 1. Another folder than the project's can be named, so that a test can
 * show each rule a violation.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';

/** Which room of src owns which tables. A statement may name them there and nowhere else. */
const OWNED = {
  accounts: ['accounts'],
  alerts: ['alerts', 'alert_firings'],
  auth: ['api_keys'],
  'book-checks': ['book_checks'],
  catalog: ['products', 'product_prices', 'product_revisions'],
  checkout: ['payment_links', 'parked_payments'],
  customers: ['former_customers', 'portal_configurations'],
  deliveries: [
    'webhook_endpoints',
    'webhook_secrets',
    'webhook_messages',
    'webhook_deliveries',
    'spend_telling',
    'spends_told',
  ],
  disputes: ['dispute_evidence', 'off_session_clearances'],
  entitlements: ['entitlements'],
  idempotency: ['idempotency_keys', 'lock_key'],
  jobs: ['graphile_worker'],
  ledger: [
    'balances',
    'entries',
    'entries_v1',
    'entry_rows',
    'grants',
    'holds',
    'spends',
    'spends_of_rows',
    'spends_v1',
    'read_books',
    'write_books',
    'read_entries',
    'read_named_grants',
    'read_spends',
    'write_entry_rows',
    'write_grants',
    'write_holds',
    'write_answers',
    'write_reversed',
    'count_holds',
    'keep_usage',
    'usage_counters',
    'usage_remainders',
    'usage_inclusions',
    'read_counters',
    'read_lines',
    'write_counters',
    'grant_lots',
    'lot_checkpoints',
    'read_inclusions',
    'write_inclusions',
    'write_events',
    'crossed_marks',
    'keep_marks',
    'write_crossed_marks',
    'compare_holds_changed',
  ],
  moving: ['imports', 'import_lines'],
  orders: ['orders', 'invoice_payments'],
  // What the ledger notes is written by a function of its own, and taken by whoever numbers events.
  outbox: ['domain_events', 'event_feed', 'ledger_events'],
  rating: ['meters', 'rate_versions'],
  reconciliation: ['reconciliations', 'reconciliation_events', 'reconciliation_findings', 'reconciliation_sightings'],
  reports: [
    'followed_accounts',
    'following',
    'usage_quarters',
    'usage_days',
    'usage_dimension_days',
    'usage_totals',
    'money_changes',
    'purchase_standings',
    'revenue_quarters',
    'revenue_totals',
  ],
  returns: ['refunds', 'disputes', 'fraud_warnings'],
  settlement: ['parked_facts'],
  subscriptions: [
    'subscriptions',
    'allowances',
    'earlier_subscriptions',
    'adopted_products',
    'orderless_invoices',
    'subscription_turns',
  ],
  vouchers: ['vouchers', 'voucher_codes', 'voucher_redemptions', 'voucher_wrong_codes'],
  webhooks: ['stripe_events'],
};
/** They compare all books, and may read every table. */
const READ_ALL = ['book-checks', 'reconciliation'];
/** What they say may be said of any table: rights, triggers and shards. */
const ABOUT_TABLES = ['src/database/application-role.ts', 'src/database/distribute.ts'];

/** The tables of the books, which may be spread over machines by account, and the views of them. */
const BOOKS = new Set([
  ...['balances', 'entries', 'entries_v1', 'entry_rows', 'grants', 'holds'],
  ...['spends', 'spends_of_rows', 'spends_v1', 'idempotency_keys'],
  ...['usage_counters', 'usage_remainders', 'usage_inclusions', 'ledger_events', 'crossed_marks'],
]);
/** Files whose statements may name them next to another table, each with why: it was run on a cluster. */
const MIXED = {
  'src/book-checks/book-rules.ts': 'each rule is asked of one range of accounts, whose rows are fetched first',
};
/** How a statement finds the rows of the books first, by themselves. */
const FOUND_FIRST = /\bas materialized \(/;

/** Names that were given up, so that none comes back. */
const OLD_NAMES = [
  'Bookshelf',
  'Trust',
  'PostingLane',
  'AskForRefund',
  'TakeUnused',
  'HandOverEvidence',
  'FinishEvidence',
  'RefuseWhatIsHad',
  'FollowSubscription',
  'FollowAccess',
  'FollowFeatures',
  'SettleMoneyBack',
  'LookAgain',
  'NoteStep',
];
const OLD_BEGINNINGS = ['Tend', 'Notice'];

const MAX_FILES = 20;
const MAX_LINES = 350;
const MAX_COLUMNS = 120;
const LOOKED_AT = ['src', 'sandbox', 'embedded-postgres', 'test'];
const GENERATED = /(^|\/)generated\//;

const owners = new Map(Object.entries(OWNED).flatMap(([room, tables]) => tables.map((table) => [table, room])));

/** Every TypeScript file, as its path from the root. */
function files(root) {
  return LOOKED_AT.flatMap((folder) => {
    let entries = [];
    try {
      entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    } catch {
      return [];
    }
    return entries
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  })
    .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path) && !GENERATED.test(path))
    .sort();
}

/**
 * The text of every string and template in a file, with `$` where a template has an expression, its line, and the names
 * that its expressions use.
 */
function literals(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isStringLiteralLike(node)) found.push({ node, names: [], text: node.text });
    else if (ts.isTemplateExpression(node))
      found.push({
        node,
        names: node.templateSpans.flatMap(({ expression }) => namesIn(expression)),
        text: [node.head, ...node.templateSpans.map(({ literal }) => literal)].map((p) => p.text).join('$'),
      });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.map(({ node, names, text: value }) => ({
    text: value,
    names,
    line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1,
  }));
}

function namesIn(node) {
  const names = ts.isIdentifier(node) ? [node.text] : [];
  ts.forEachChild(node, (child) => {
    names.push(...namesIn(child));
  });
  return names;
}

const NAMED =
  /\b(from|join|into|update|delete\s+from|table|truncate|using|lock)\s+(?:only\s+)?((?:[a-z_]+(?:\s+(?:as\s+)?[a-z_]+)?\s*,\s*)*[a-z_]+)/g;
const STATEMENT = /\b(select|insert\s+into|update\s+[a-z_]+\s+(?:[a-z]+\s+)?set|delete\s+from|lock\s+table|truncate)\b/;

/** The tables that a statement names, and whether it writes them. A text without a statement names none. */
function tablesIn(text) {
  const sql = text.replaceAll('"', '').replace(/\bpublic\./g, '');
  if (!STATEMENT.test(sql)) return [];
  const named = [...sql.matchAll(NAMED)].flatMap(([, keyword, list]) =>
    list
      .split(',')
      .map((item) => item.trim().split(/\s+/)[0])
      .map((table) => ({ table, isWrite: !['from', 'join', 'using'].includes(keyword) })),
  );
  const called = [...sql.matchAll(/\b([a-z_]+)\s*\(/g)].map(([, table]) => ({ table, isWrite: true }));
  const schemas = [...sql.matchAll(/\b([a-z_]+)\./g)].map(([, table]) => ({ table, isWrite: true }));
  const functions = [...called, ...schemas].filter(({ table }) =>
    /^((read|write|count|lock)_[a-z_]+|graphile_worker)$/.test(table),
  );
  return [...named, ...functions].filter(({ table }) => owners.has(table));
}

const ENTITY = /@Entity\(\s*(?:\{\s*name:\s*)?'([a-z_]+)'/g;

/** The tables that a file names in statements and as entities, each with its line. */
function tablesOf(path, text) {
  const inStatements = literals(path, text).flatMap(({ text: sql, line }) =>
    tablesIn(sql).map((named) => ({ ...named, line })),
  );
  const entities = [...text.matchAll(ENTITY)].map((match) => ({
    table: match[1],
    isWrite: true,
    line: text.slice(0, match.index).split('\n').length,
  }));
  return [...inStatements, ...entities.filter(({ table }) => owners.has(table))];
}

function foreignTables(path, text) {
  const [, room] = /^src\/([^/]+)\//.exec(path) ?? [];
  if (room === undefined || ABOUT_TABLES.includes(path)) return [];
  const foreign = tablesOf(path, text)
    .filter(({ table, isWrite }) => owners.get(table) !== room && (isWrite || !READ_ALL.includes(room)))
    .map(({ table, line }) => `${path}:${line}: names ${table}, a table of src/${owners.get(table)}`);
  return [...new Set(foreign)];
}

const ENTITY_IMPORT = /^import \{[^}]*\} from '([^']*\.entity\.js)'/gm;

/** Types may be imported from anywhere; the class of an entity can read and write its table. */
function foreignEntities(path, text) {
  const [, room] = /^src\/([^/]+)\//.exec(path) ?? [];
  if (room === undefined || room === 'app') return [];
  return [...text.matchAll(ENTITY_IMPORT)]
    .filter(([statement]) =>
      /\b(?!type )[A-Z][a-z]\w*\b/.test(statement.replace(/type \w+/g, '').replace(/from.*/, '')),
    )
    .map(([, specifier]) => join(path, '..', specifier).replace(/\.js$/, '.ts'))
    .filter((entity) => !entity.startsWith(`src/${room}/`))
    .map((entity) => `${path}: imports the class of ${entity}, whose table belongs to its room`);
}

/** What each constant and function of a file says in SQL: the tables of all statements in it, by its name. */
function declared(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const named = source.statements.flatMap((statement) => {
    if (ts.isFunctionDeclaration(statement)) return [[statement.name?.text, statement]];
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.map((declaration) => [declaration.name.getText(source), declaration]);
  });
  return named.map(([name, node]) => [name, tablesOf(path, node.getText(source)).map(({ table }) => table)]);
}

/** Citus plans a statement that names the books and another table for one machine, or refuses it. */
function mixed(path, text, said) {
  if (!path.startsWith('src/') || ABOUT_TABLES.includes(path) || path in MIXED) return [];
  return literals(path, text).flatMap(({ text: sql, names, line }) => {
    const tables = new Set([
      ...tablesIn(sql).map(({ table }) => table),
      ...names.flatMap((name) => said.get(name) ?? []),
    ]);
    const [book] = [...tables].filter((table) => BOOKS.has(table));
    const other = [...tables].find((table) => !BOOKS.has(table) && !/^(read|write|count|lock)_/.test(table));
    if (book === undefined || other === undefined || !STATEMENT.test(sql) || FOUND_FIRST.test(sql)) return [];
    return [`${path}:${line}: names ${book}, a table of the books, together with ${other}`];
  });
}

function sizes(path, text) {
  const lines = text.split('\n');
  const long = lines.flatMap((line, index) =>
    [...line].length > MAX_COLUMNS ? [`${path}:${index + 1}: is longer than ${MAX_COLUMNS} columns`] : [],
  );
  return lines.length - 1 > MAX_LINES ? [...long, `${path}: has more than ${MAX_LINES} lines`] : long;
}

const OLD = new RegExp(`\\b(?:${OLD_NAMES.join('|')}|(?:${OLD_BEGINNINGS.join('|')})[A-Z]\\w*)\\b`, 'g');

function oldNames(path, text) {
  return [...new Set(text.match(OLD) ?? [])].map((name) => `${path}: ${name} is a name that was given up`);
}

function fullFolders(paths) {
  const counts = new Map();
  for (const path of paths) counts.set(join(path, '..'), (counts.get(join(path, '..')) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > MAX_FILES)
    .map(([folder, count]) => `${folder}: has ${count} files, and ${MAX_FILES} are enough`);
}

/** Every Markdown file that is part of the project, as its path from the root. */
function documents(root) {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|dist|\.[a-z]+)\//.test(path))
    .sort();
}

const PATH = /`((?:src|sandbox|embedded-postgres|migrations|test|docs|bench|examples|scripts)\/[\w./-]+)`/g;
const LINK = /\]\(((?!\w+:|#)[\w./-]+)/g;

/** What a document names must be there: in code marks from the root, in links from the document. */
function brokenPaths(root, path) {
  const text = readFileSync(join(root, path), 'utf8');
  const named = [
    ...[...text.matchAll(PATH)].map(([, name]) => [name, name]),
    ...[...text.matchAll(LINK)].map(([, name]) => [name, join(path, '..', name)]),
  ];
  const missing = named.filter(([, target]) => !/\bdist\b/.test(target) && !existsSync(join(root, target)));
  return [...new Set(missing.map(([name]) => `${path}: names ${name}, which is not there`))];
}

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
const paths = files(root);
const said = new Map(paths.flatMap((path) => declared(path, readFileSync(join(root, path), 'utf8'))));
const findings = [
  ...fullFolders(paths),
  ...documents(root).flatMap((path) => brokenPaths(root, path)),
  ...paths.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return [foreignTables, foreignEntities, mixed, sizes, oldNames].flatMap((rule) => rule(path, text, said));
  }),
];
for (const finding of findings) console.log(finding);
console.log(`${findings.length === 0 ? 'no' : findings.length} faults of the house in ${paths.length} files`);
process.exitCode = findings.length === 0 ? 0 : 1;
