/** A piece of JSON as text, for what no value of JavaScript is written as: `1e309`, a name twice, `__proto__`. */
export class Raw {
  constructor(readonly json: string) {}
}

/** A value as JSON, with the raw pieces in it as they are. */
export function toJson(value: unknown): string {
  if (value instanceof Raw) return value.json;
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}:${toJson(member)}`)
    .join(',')}}`;
}
