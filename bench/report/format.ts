/** A rate as people read it: three figures, thousands apart. */
export function rate(perSecond: number): string {
  if (perSecond < 100) return perSecond.toFixed(1);
  const step = 10 ** Math.max(0, Math.floor(Math.log10(perSecond)) - 2);
  return (Math.round(perSecond / step) * step).toLocaleString('en');
}

export function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}

/** Of processors, for one unit of work. Empty when it is not known. */
export function microseconds(us: number | undefined): string {
  return us === undefined ? '' : `${us < 10 ? us.toFixed(1) : rate(us).replace(/\.\d$/, '')} µs`;
}

/** Of one unit of work. Empty when it is not known. */
export function bytes(count: number | undefined): string {
  return count === undefined ? '' : `${count < 100 ? count.toFixed(0) : rate(count)} B`;
}

export function times(ratio: number): string {
  if (!Number.isFinite(ratio)) return 'n/a';
  return `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(1)}×`;
}

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A Markdown table whose columns line up on a terminal too. Columns after the first are set to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    widths.map((width, column) => {
      const cell = cells[column] ?? '';
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(header), rule, ...rows.map(line)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
