import { parseForm } from '../../http/form.js';
import { checkParams } from '../../params/check.js';
import { generate, generateExpandable } from '../../params/generate.mjs';
import { readExpandable } from '../../params/read-expandable.js';
import { type ObjectShape, readShapes, type Shape } from '../../params/shapes.js';

const isBoolean = (shape: Shape): boolean =>
  shape === 'boolean' || (typeof shape === 'object' && 'emptyable' in shape && shape.emptyable === 'boolean');

const check = (form: string, fields: ObjectShape['fields'], required: string[] = []) =>
  checkParams(parseForm(form) ?? {}, { fields, required });

describe('the tables of parameters', () => {
  it('are what the SDK says today', () => {
    const fresh = Object.values(generate()).flatMap((table) => Object.entries(table));
    expect(Object.fromEntries(readShapes())).toEqual(Object.fromEntries(fresh));
  });

  it('say what the SDK says today can be expanded', () => {
    expect(readExpandable()).toEqual(generateExpandable());
  });
});

describe('a form', () => {
  it('makes objects and lists of brackets', () => {
    expect(
      check('a[b][0]=1&a[b][1]=2&c[]=x&c[]=y&m[k]=v', {
        a: { fields: { b: { listOf: 'integer' } } },
        c: { listOf: 'string' },
        m: 'metadata',
      }),
    ).toEqual({ a: { b: [1, 2] }, c: ['x', 'y'], m: { k: 'v' } });
  });

  it('keeps metadata keys that look like numbers or like something special', () => {
    expect(check('m[7]=a&m[__proto__]=b', { m: 'metadata' })).toEqual({
      m: Object.fromEntries([
        ['7', 'a'],
        ['__proto__', 'b'],
      ]),
    });
  });

  it('is refused when a name is both a value and an object', () => {
    expect(parseForm('a=1&a[b]=2')).toBeUndefined();
  });
});

describe('a parameter', () => {
  it.each([
    ['x=1', { a: 'string' as const }, 'parameter_unknown', 'x'],
    ['a[x]=1', { a: { fields: {} } }, 'parameter_unknown', 'a[x]'],
    ['a=1.5', { a: 'integer' as const }, 'parameter_invalid_integer', 'a'],
    ['a=', { a: 'string' as const }, 'parameter_invalid_empty', 'a'],
    ['a=yes', { a: 'boolean' as const }, undefined, 'a'],
    ['a=z', { a: { oneOf: ['x', 'y'] } }, undefined, 'a'],
    ['a=1', { a: 'unsupported' as const }, 'sandbox_unsupported', 'a'],
    ['a=1', { a: { listOf: 'string' as const } }, undefined, 'a'],
    ['a[k][l]=1', { a: 'metadata' as const }, undefined, 'a[k]'],
  ])('%s is refused', (form, fields, code, param) => {
    expect(() => check(form, fields)).toThrow(
      expect.objectContaining({ status: 400, body: expect.objectContaining({ param, ...(code && { code }) }) }),
    );
  });

  it('that is a boolean may be written as any language writes it, in every call', () => {
    const flags = [...readShapes()].flatMap(([endpoint, { fields }]) =>
      Object.entries(fields).flatMap(([name, shape]) => (isBoolean(shape) ? [{ endpoint, name, shape }] : [])),
    );
    expect(flags.length).toBeGreaterThan(20);
    for (const { name, shape } of flags)
      expect(['true', 'True', 'false', 'False'].map((raw) => check(`${name}=${raw}`, { [name]: shape })[name])).toEqual(
        [true, true, false, false],
      );
  });

  it('that is not known is refused with the version that does not know it', () => {
    expect(() => check('plan=1', { a: 'string' })).toThrow(/unknown parameter: plan\..*2026-10-28\.endive/);
  });

  it('that is missing is named', () => {
    expect(() => check('', { a: 'string' }, ['a'])).toThrow('Missing required param: a.');
  });

  it('that is emptied becomes null where it may', () => {
    expect(check('a=&b=2', { a: { emptyable: 'string' }, b: { either: ['integer', { fields: {} }] } })).toEqual({
      a: null,
      b: 2,
    });
  });
});
