/** Parameters as they arrive: text at the leaves, containers above. An array is a container whose names are numbers. */
export type Raw = string | RawParams;
export type RawParams = { [name: string]: Raw };

const maxDepth = 12;

/**
 * Parses `a[b][0]=c` and `a[]=c` as Stripe does. The containers have no prototype, so that no name is special. Returns
 * undefined when a name is used both as a value and as a container. The package qs does neither: it drops the name
 * `__proto__`, which a key of metadata may have, and makes one thing of a value and a container.
 */
export function parseForm(text: string): RawParams | undefined {
  const params: RawParams = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    if (!put(params, splitName(name), value)) return undefined;
  }
  return params;
}

function splitName(name: string): string[] {
  const first = name.indexOf('[');
  if (first <= 0) return [name];
  const inside = [...name.slice(first).matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1] ?? '');
  return [name.slice(0, first), ...inside];
}

function put(container: RawParams, [name = '', ...rest]: string[], value: string): boolean {
  if (rest.length > maxDepth) return false;
  const key = name === '' ? String(Object.keys(container).length) : name;
  const present = container[key];
  if (rest.length === 0) {
    if (typeof present === 'object') return false;
    container[key] = value;
    return true;
  }
  if (typeof present === 'string') return false;
  const inner: RawParams = present ?? Object.create(null);
  container[key] = inner;
  return put(inner, rest, value);
}

/** The members of an array in their order, or undefined when it is none. */
export function membersOf(raw: Raw): Raw[] | undefined {
  if (typeof raw === 'string' || Object.keys(raw).some((name) => !/^\d+$/.test(name))) return undefined;
  const entries = Object.entries(raw).sort(([a], [b]) => Number(a) - Number(b));
  return entries.map(([, value]) => value);
}
