import { Injectable } from '@nestjs/common';

type Labels = Readonly<Record<string, string>>;

/** What is counted by its labels, whose values are few: none is an id. */
export class Counter {
  private readonly series = new Map<string, number>();

  constructor(
    private readonly name: string,
    private readonly help: string,
  ) {}

  count(labels: Labels, times = 1): void {
    if (times === 0) return;
    const series = `${this.name}{${Object.entries(labels).map(labelText).join(',')}}`;
    this.series.set(series, (this.series.get(series) ?? 0) + times);
  }

  /** In the text format of Prometheus, version 0.0.4. */
  get text(): string {
    const lines = [...this.series].map(([series, count]) => `${series} ${count}\n`);
    return `# HELP ${this.name} ${this.help}\n# TYPE ${this.name} counter\n${lines.join('')}`;
  }
}

/**
 * What this process has counted since its start. Processes that share a port are told apart by the label `process`:
 * each scrape reaches one of them.
 */
@Injectable()
export class Metrics {
  private readonly counters: Counter[] = [];

  /** To be made once. The name ends in `_total`. */
  counter(name: string, help: string): Counter {
    const counter = new Counter(name, help);
    this.counters.push(counter);
    return counter;
  }

  get text(): string {
    return this.counters.map(({ text }) => text).join('');
  }
}

/** Of the process that counts. */
export const PROCESS_LABEL = { process: `${process.pid}` };

function labelText([name, value]: [string, string]): string {
  return `${name}="${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
