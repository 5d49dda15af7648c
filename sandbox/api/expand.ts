import { readExpandable } from '../params/read-expandable.js';
import { findShown } from '../store/objects.js';
import type { Work } from '../store/work.js';
import { invalidRequest, notInSandbox } from './errors.js';
import type { Expansion } from './resource.js';
import { spokenVersion } from './version.js';

export type Expansions = Map<string, Record<string, Expansion>>;

const maxLevels = 4;
const expandable = readExpandable();

type Fields = Record<string, unknown>;

/** Fills in what `expand` asks for, such as `data.payment_intent.latest_charge`, in place. */
export async function expandAnswer(work: Work, known: Expansions, answer: object, paths: string[]): Promise<void> {
  for (const path of paths) {
    const levels = path.split('.');
    if (levels.filter((level) => level !== 'data').length > maxLevels) {
      throw invalidRequest(
        `You cannot expand more than ${maxLevels} levels of a property (${path}). ${spokenVersion}`,
        {
          param: 'expand',
        },
      );
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
    throw notExpandable(expanding.path, `You may want to try expanding 'data.${expanding.path}' instead. `);
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
  const plans = owners.map((owner) => ({ owner, way: wayOf(expanding, owner, field) }));
  const byId = plans.filter(({ way }) => way === 'by id' || way === 'only by id').map(({ owner }) => owner);
  const ids = byId.flatMap((owner) => [owner[field]].flat()).filter((id) => typeof id === 'string');
  const found = await findShown(expanding.work.tx, [...new Set(ids)]);
  for (const { owner, way } of plans) {
    const value = owner[field];
    if (typeof way === 'function') {
      owner[field] = await way(expanding.work, owner as never, (expanding.parts.get(owner)?.whole ?? owner) as never);
    } else if (way !== 'not at all') {
      const expand = (each: unknown) => structuredClone(found.get(String(each))) ?? strangerOf(expanding, way, each);
      owner[field] = Array.isArray(value) ? value.map(expand) : expand(value);
    }
  }
}

/** Something that Stripe would show and the sandbox does not have must not pass as the id that it is. */
function strangerOf({ path }: Expanding, way: 'by id' | 'only by id', id: unknown): unknown {
  if (way === 'by id' || typeof id !== 'string') return id;
  throw notInSandbox(`Received the expansion ${path}.`, 'expand');
}

/**
 * How a field is filled in: as its resource says, or by id where the SDK says that an object may stand there. What is
 * null at Stripe stays null, and what is there already stays as it is. Throws for what cannot be expanded, here or at
 * Stripe.
 */
function wayOf(
  { known, parts, path }: Expanding,
  owner: Fields,
  field: string,
): Expansion | 'only by id' | 'not at all' {
  const name = parts.get(owner)?.name ?? String(owner.object);
  const value = owner[field];
  const expansion = known.get(name)?.[field];
  if (expansion !== undefined) return expansion === 'by id' && typeof value !== 'string' ? 'not at all' : expansion;
  const atStripe = expandable[name]?.[field];
  const isOfIds = [value].flat().some((each) => typeof each === 'string');
  if (atStripe === 'object' && isOfIds) return 'only by id';
  const isThere = isObject(value) || (atStripe !== undefined && value === null);
  if (isThere || atStripe === 'object' || atStripe === 'part') return 'not at all';
  if (atStripe === undefined) throw notExpandable(path);
  throw notInSandbox(`Received the expansion ${path}.`, 'expand');
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const notExpandable = (path: string, hint = ''): Error =>
  invalidRequest(`This property cannot be expanded (${path}). ${hint}${spokenVersion}`, { param: 'expand' });
