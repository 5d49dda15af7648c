import { getMetadataStorage } from 'class-validator';

const NESTED = Symbol('nested');

/** What a DTO says of how long one of its lists may be. */
export interface OwnLimit {
  readonly maxItems: number;
  readonly sentence: string;
}

/** Notes the class of what stands in a field, so that the limits of lists in it are found. */
export function noteNested(target: object, name: string | symbol, dto: () => new () => object): void {
  Reflect.defineMetadata(NESTED, dto, target, name);
}

/** What a DTO says of the list at a path of names and places; undefined where it says nothing. */
export function ownLimitOf(root: new () => object, path: readonly (string | number)[]): OwnLimit | undefined {
  const names = path.filter((step) => typeof step === 'string');
  const last = names.pop();
  if (last === undefined || typeof path.at(-1) === 'number') return undefined;
  let dto: (new () => object) | undefined = root;
  for (const name of names) {
    dto = (Reflect.getMetadata(NESTED, dto.prototype, name) as (() => new () => object) | undefined)?.();
    if (dto === undefined) return undefined;
  }
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const rule = rules.find(({ propertyName, name }) => propertyName === last && name === 'arrayMaxSize');
  const [maxItems] = rule?.constraints ?? [];
  return typeof maxItems === 'number' && typeof rule?.message === 'string'
    ? { maxItems, sentence: rule.message }
    : undefined;
}
