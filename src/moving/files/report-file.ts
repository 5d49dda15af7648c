import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type Columns, type Format, headOf, textOf } from './formats.js';

/** What a command says of each line, written while it runs: as JSON where the name of the file ends with `.ndjson`. */
export class ReportFile<Row extends object> {
  private readonly format: Format;
  private readonly ended: Promise<void>;

  private constructor(
    private readonly stream: WriteStream,
    private readonly columns: Columns<Row>,
    path: string,
  ) {
    this.format = path.endsWith('.ndjson') ? 'ndjson' : 'csv';
    this.ended = finished(stream);
    // Whoever writes next, or ends it, hears of it.
    this.ended.catch(() => undefined);
  }

  static async open<Row extends object>(path: string, columns: Columns<Row>): Promise<ReportFile<Row>> {
    const stream = createWriteStream(path);
    await once(stream, 'open');
    const report = new ReportFile(stream, columns, path);
    stream.write(headOf(columns, report.format));
    return report;
  }

  async add(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0 || this.stream.write(textOf(rows, this.columns, this.format))) return;
    await Promise.race([once(this.stream, 'drain'), this.ended]);
  }

  async end(): Promise<void> {
    this.stream.end();
    await this.ended;
  }
}
