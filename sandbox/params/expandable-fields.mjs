import ts from 'typescript';

/** Shown on request alone, as lists of their own are, although nothing in their types says so. */
const alsoIncluded = new Set(['customer.cash_balance', 'customer.invoice_credit_balance', 'price.tiers']);
/** How deep parts of objects go that may hold something to expand. */
const maxDepth = 6;

/**
 * What the SDK's types say can be expanded in each of these kinds of objects, as `{ 'charge.transfer_data': { destination:
 * 'object' } }`: `object` for an id that an object may stand in the place of, `included` for what is shown on request alone, `part`
 * for what holds such fields further inside.
 */
export function expandableFields({ checker, types }) {
  const tables = {};
  for (const type of types.values()) noteFields({ checker, tables }, type, nameOf(checker, type), 0);
  return Object.fromEntries(Object.entries(tables).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Returns whether there is something to expand in it. */
function noteFields(context, type, name, depth) {
  const { checker, tables } = context;
  const fields = {};
  for (const property of checker.getPropertiesOfType(type)) {
    const found = kindOf(context, property, `${name}.${property.name}`, depth);
    if (found !== undefined) fields[property.name] = found;
  }
  if (Object.keys(fields).length === 0) return false;
  tables[name] = Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
  return true;
}

function kindOf(context, property, name, depth) {
  const { checker } = context;
  if (alsoIncluded.has(name)) return 'included';
  const parts = partsOf(checker, checker.getTypeOfSymbol(property));
  const objects = parts.filter((part) => isShown(part));
  if (objects.length > 0) return parts.some((part) => part.flags & ts.TypeFlags.String) ? 'object' : undefined;
  const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
  if (isOptional && parts.some((part) => isList(part))) return 'included';
  if (depth === maxDepth) return undefined;
  const inside = parts.filter((part) => part.flags & ts.TypeFlags.Object && !isList(part));
  return inside.map((part) => noteFields(context, part, name, depth + 1)).some(Boolean) ? 'part' : undefined;
}

/** Of a list of things those things. */
function partsOf(checker, type) {
  return (type.isUnion() ? type.types : [type]).flatMap((part) =>
    checker.isArrayType(part) ? partsOf(checker, checker.getTypeArguments(part)[0]) : [part],
  );
}

/** An object of its own, and no part of another one. */
const isShown = (type) =>
  (type.flags & ts.TypeFlags.Object) !== 0 &&
  type.getProperty('object') !== undefined &&
  type.getProperty('data') === undefined;

const isList = (type) =>
  (type.flags & ts.TypeFlags.Object) !== 0 &&
  type.getProperty('has_more') !== undefined &&
  type.getProperty('data') !== undefined;

function nameOf(checker, type) {
  const name = checker.getTypeOfSymbol(type.getProperty('object'));
  if (!name.isStringLiteral()) throw new Error(`${checker.typeToString(type)} does not say what it is called`);
  return name.value;
}
