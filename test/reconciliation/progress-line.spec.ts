import { bar, ProgressLine } from '../../src/cli/terminal.js';

describe('a line of progress', () => {
  it.each([
    [0, `[${'-'.repeat(24)}]   0 %  none yet`],
    [0.5, `[${'#'.repeat(12)}${'-'.repeat(12)}]  50 %  none yet`],
    [0.999, `[${'#'.repeat(24)}]  99 %  none yet`],
    [1, `[${'#'.repeat(24)}] 100 %  none yet`],
    [1.7, `[${'#'.repeat(24)}] 100 %  none yet`],
  ])('at %d', (share, line) => {
    expect(bar(share, 'none yet')).toBe(line);
  });

  it('is written over and over on a terminal, and nowhere else', () => {
    const written = (isTTY: boolean) => {
      const parts: string[] = [];
      const line = new ProgressLine({ isTTY, write: (part: string) => parts.push(part) > 0 } as never);
      line.show(0, 'a long text');
      line.show(1, 'short');
      line.end();
      line.end();
      return parts.join('');
    };
    expect(written(false)).toBe('');
    expect(written(true).split('\r')).toEqual(['', expect.any(String), `${bar(1, 'short')}\u001b[K\n`]);
  });
});
