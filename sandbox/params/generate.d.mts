import type { ObjectShape } from './shapes.js';

export function generate(): Record<string, Record<string, ObjectShape>>;
export function serialise(table: object): string;
