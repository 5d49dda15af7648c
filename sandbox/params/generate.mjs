/**
 * Writes `generated/<resource>.json` from `offered/<resource>.json` and the type files of the Stripe SDK.
 *
 * `offered` names, for every endpoint, the SDK's own parameter type and the parameters the sandbox acts upon (a dot
 * reaches into an object, and an object named alone is taken whole). `generated` is what a request is checked against:
 * every parameter that the SDK knows, with its shape, or `unsupported` where the sandbox would not act on it. `empties`
 * names the texts that Stripe takes an empty one for, which takes them away, although the SDK's types do not say so.
 *
 * `expandable.json` says what can be expanded in the objects that `shown.json` names.
 *
 * Run `node sandbox/params/generate.mjs && npm run fix` at the root after a change of an offered file or of the SDK's
 * version.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expandableFields } from './expandable-fields.mjs';

const here = import.meta.dirname;

/** Taken by every endpoint that knows them. */
const alwaysActsOn = ['expand', 'limit', 'starting_after', 'ending_before'];
/** The only numbers among Stripe's parameters that are no whole numbers end so. */
const decimalNames = /(_percent|percentage|^height|^length|^weight|^width)$/;

/** The table of every resource, as `{ file: { endpoint: shape } }`. */
export function generate() {
  const offered = readOffered();
  const types = [...new Set(Object.values(offered).flatMap((table) => Object.values(table).map((each) => each.type)))];
  const resolved = resolveTypes(types);
  return Object.fromEntries(
    Object.entries(offered).map(([file, table]) => [
      file,
      Object.fromEntries(
        Object.entries(table).map(([endpoint, { type, acts, empties = [] }]) => [
          endpoint,
          withEmpties(shapeOfObject(resolved, resolved.types.get(type), [...acts, ...alwaysActsOn]), empties),
        ]),
      ),
    ]),
  );
}

/** What can be expanded in the objects that `shown.json` names. */
export const generateExpandable = () =>
  expandableFields(resolveTypes(JSON.parse(readFileSync(join(here, 'shown.json'), 'utf8'))));

function withEmpties(shape, names) {
  for (const name of names) shape.fields[name] = { emptyable: shape.fields[name] };
  return shape;
}

function readOffered() {
  const folder = join(here, 'offered');
  const files = readdirSync(folder).sort();
  return Object.fromEntries(files.map((file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8'))]));
}

/** Resolves names such as `Checkout.SessionCreateParams` below the SDK's namespace. */
function resolveTypes(names) {
  const path = join(here, 'probe.ts');
  const lines = names.map((name, index) => `export type T${index} = Stripe.${name};`);
  const source = `import type Stripe from 'stripe';\n${lines.join('\n')}\n`;
  const options = {
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (file, ...rest) =>
    file === path ? ts.createSourceFile(file, source, ts.ScriptTarget.Latest) : getSourceFile(file, ...rest);
  host.fileExists = (file) => file === path || fileExists(file);
  host.readFile = (file) => (file === path ? source : readFile(file));
  const program = ts.createProgram([path], options, host);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  const faults = program.getSemanticDiagnostics(file);
  if (faults.length > 0) throw new Error(ts.flattenDiagnosticMessageText(faults[0].messageText, '\n'));
  const declared = checker.getExportsOfModule(checker.getSymbolAtLocation(file));
  const types = new Map(declared.map((symbol, index) => [names[index], checker.getDeclaredTypeOfSymbol(symbol)]));
  return { checker, types };
}

/** `acts` undefined: the object is taken whole. */
function shapeOfObject(context, type, acts) {
  const { checker } = context;
  const fields = {};
  const required = [];
  for (const property of checker.getPropertiesOfType(type).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = property.name;
    if (!(property.flags & ts.SymbolFlags.Optional)) required.push(name);
    const inside = acts?.filter((path) => path.startsWith(`${name}.`)).map((path) => path.slice(name.length + 1));
    const whole = acts === undefined || acts.includes(name);
    fields[name] =
      whole || inside.length > 0
        ? shapeOf(context, checker.getTypeOfSymbol(property), name, whole ? undefined : inside)
        : 'unsupported';
  }
  return required.length > 0 ? { fields, required } : { fields };
}

function shapeOf(context, type, name, acts) {
  const { checker } = context;
  const parts = (type.isUnion() ? type.types : [type]).filter((part) => !(part.flags & ts.TypeFlags.Undefined));
  const emptyable = parts.some((part) => part.flags & ts.TypeFlags.Null);
  const kept = parts.filter(
    (part) => !(part.flags & ts.TypeFlags.Null) && !(part.isStringLiteral() && part.value === ''),
  );
  const shape = shapeOfParts(context, kept, name, acts);
  if (!emptyable) return shape;
  return checker.isArrayType(type) ? shape : { emptyable: shape };
}

function shapeOfParts(context, parts, name, acts) {
  const literals = parts.filter((part) => part.isStringLiteral()).map((part) => part.value);
  const others = parts.filter((part) => !part.isStringLiteral() && !isOtherString(part));
  const isBoolean = others.every((part) => part.flags & ts.TypeFlags.BooleanLiteral) && others.length > 0;
  const shapes = isBoolean ? ['boolean'] : others.map((part) => shapeOfOne(context, part, name, acts));
  if (literals.length > 0) shapes.unshift({ oneOf: literals.sort() });
  return shapes.length === 1 ? shapes[0] : { either: shapes };
}

function shapeOfOne(context, type, name, acts) {
  const { checker } = context;
  if (type.flags & ts.TypeFlags.String) return 'string';
  if (type.flags & ts.TypeFlags.Boolean) return 'boolean';
  if (type.flags & ts.TypeFlags.Number) return decimalNames.test(name) ? 'number' : 'integer';
  if (type.symbol?.name === 'Date') return 'integer';
  if (checker.typeToString(type) === 'Decimal') return 'decimal';
  if (checker.isArrayType(type)) return { listOf: shapeOf(context, checker.getTypeArguments(type)[0], name, acts) };
  if (type.symbol?.name === 'MetadataParam') return 'metadata';
  const index = checker.getIndexInfoOfType(type, ts.IndexKind.String);
  if (index) return { mapOf: shapeOf(context, index.type, name, acts) };
  return shapeOfObject(context, type, acts);
}

/** The SDK leaves its enums open with `string & Record<never, never>`; the API itself does not. */
const isOtherString = (type) => type.isIntersection();

/** One value a line; the formatter of this repository folds what fits into one. */
export const serialise = (table) => `${JSON.stringify(table, null, 2)}\n`;

if (process.argv[1] === import.meta.filename) {
  for (const [file, table] of Object.entries(generate())) {
    writeFileSync(join(here, 'generated', file), serialise(table));
  }
  writeFileSync(join(here, 'expandable.json'), serialise(generateExpandable()));
}
