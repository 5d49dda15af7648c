import { parseForm } from '../../sandbox/http/form.js';
import { checkParams } from '../../sandbox/params/check.js';
import { generate } from '../../sandbox/params/generate.mjs';
import { type ObjectShape, readShapes } from '../../sandbox/params/shapes.js';

const check = (form: string, fields: ObjectShape['fields'], required: string[] = []) =>
  checkParams(parseForm(form) ?? {}, { fields, required });

describe('the tables of parameters', () => {
  it('are what the SDK says today', () => {
    const fresh = Object.values(generate()).flatMap((table) => Object.entries(table));
    expect(Object.fromEntries(readShapes())).toEqual(Object.fromEntries(fresh));
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
