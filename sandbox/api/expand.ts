import { findShown } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { invalidRequest } from './errors.js';
import type { Expansion } from './resource.js';

export type Expansions = Map<string, Record<string, Expansion>>;

const maxLevels = 4;

type Fields = Record<string, unknown>;

/** Fills in what `expand` asks for, such as `data.payment_intent.latest_charge`, in place. */
export async function expandAnswer(work: Work, known: Expansions, answer: object, paths: string[]): Promise<void> {
  for (const path of paths) {
    const levels = path.split('.');
    if (levels.filter((level) => level !== 'data').length > maxLevels) {
      throw invalidRequest(`You cannot expand more than ${maxLevels} levels of a property (${path}).`, {
        param: 'expand',
      });
    }
    await expandPath({ work, known, path, parts: new Map() }, [answer as Fields], levels);
  }
}

interface Expanding {
  work: Work;
  known: Expansions;
  path: string;
  /** What the parts of objects on the way are called, and what they are parts of. */
  parts: Map<Fields, { name: string; whole: Fields }>;
}

async function expandPath(expanding: Expanding, owners: Fields[], [level, ...rest]: string[]): Promise<void> {
  if (level === undefined || owners.length === 0) return;
  const lists = owners.filter((owner) => owner.object === 'list');
  const objects = owners.filter((owner) => owner.object !== 'list');
  if (lists.length > 0 && level !== 'data') {
    throw notExpandable(expanding.path, `You may want to try expanding 'data.${expanding.path}' instead.`);
  }
  const members = lists.flatMap((list) => list.data as Fields[]);
  if (members.length > 0 && rest.length === 0) throw notExpandable(expanding.path);
  await expandPath(expanding, members, rest);
  await expandField(expanding, objects, level);
  await expandPath(
    expanding,
    objects.flatMap((owner) => partsAt(expanding, owner, level)),
    rest,
  );
}

/** The object or the objects in a field; those that are no objects of their own are noted as parts of this one. */
function partsAt({ parts }: Expanding, owner: Fields, level: string): Fields[] {
  const inside = [owner[level]].flat().filter(isObject);
  const { name, whole } = parts.get(owner) ?? { name: String(owner.object), whole: owner };
  for (const part of inside.filter((each) => each.object === undefined)) {
    parts.set(part, { name: `${name}.${level}`, whole });
  }
  return inside;
}

async function expandField(expanding: Expanding, owners: Fields[], field: string): Promise<void> {
  const { known, parts } = expanding;
  const expansions = owners.map((owner) => known.get(parts.get(owner)?.name ?? String(owner.object))?.[field]);
  if (expansions.some((expansion, index) => expansion === undefined && !isObject(owners[index]?.[field]))) {
    throw notExpandable(expanding.path);
  }
  const byId = owners.filter((owner, index) => expansions[index] === 'by id' && typeof owner[field] === 'string');
  const found = await findShown(expanding.work.tx, [...new Set(byId.map((owner) => String(owner[field])))]);
  for (const owner of byId) owner[field] = structuredClone(found.get(String(owner[field]))) ?? owner[field];
  for (const [index, owner] of owners.entries()) {
    const expansion = expansions[index];
    if (typeof expansion === 'function') {
      owner[field] = await expansion(expanding.work, owner as never, (parts.get(owner)?.whole ?? owner) as never);
    }
  }
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const notExpandable = (path: string, hint = ''): Error =>
  invalidRequest(`This property cannot be expanded (${path}). ${hint}`.trim(), { param: 'expand' });
