import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const SPEC = '.spec.ts';

/** The tests that a cell names: `file`, or `file`: words of a title; several with semicolons between them. */
function namedIn(cell: string): { file: string; words: string }[] {
  return cell.split(';').map((part) => {
    const [, file = '', words = ''] = /^\s*`([\w-]+)`(?:: (.*?))?\s*$/.exec(part) ?? [];
    return { file, words: words.toLowerCase() };
  });
}

/** The rows of the table that names tests, each as its cells. */
function rows(): string[][] {
  return readFileSync('src/subscriptions/README.md', 'utf8')
    .split('\n')
    .map((line) => line.split('|').slice(1, -1))
    .filter((cells) => cells.length === 5)
    .slice(2);
}

describe('the table of what anybody may change at Stripe', () => {
  const paths = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(SPEC));
  const texts = new Map(
    paths.map((path) => [basename(path, SPEC), readFileSync(join('test', path), 'utf8').toLowerCase()]),
  );

  it('has a row for each change', () => {
    expect(rows().length).toBeGreaterThan(15);
  });

  it.each(rows().map((cells) => [cells[0]?.trim(), cells[4] ?? '']))('names tests that are there: %s', (_, cell) => {
    for (const { file, words } of namedIn(cell)) {
      expect([...texts.keys()]).toContain(file);
      expect(texts.get(file)).toContain(words);
    }
  });
});
