import type { ExpandableTable } from './read-expandable.js';
import type { ObjectShape } from './shapes.js';

export function generate(): Record<string, Record<string, ObjectShape>>;
export function generateExpandable(): ExpandableTable;
export function serialise(table: object): string;
