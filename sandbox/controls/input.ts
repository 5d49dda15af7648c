/** The body of a control is not what it must be; the message says why. */
export class BadInput extends Error {}

/** Reads a JSON object field by field, and knows which fields nobody asked for. */
export class Input {
  private readonly read = new Set<string>();

  private constructor(private readonly fields: Record<string, unknown>) {}

  static parse(body: string): Input {
    try {
      const parsed: unknown = JSON.parse(body === '' ? '{}' : body);
      if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
        return new Input(parsed as Record<string, unknown>);
      }
    } catch {
      // Told below.
    }
    throw new BadInput('the body must be a JSON object');
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[], otherwise?: Choice): Choice {
    const value = this.take(name) ?? otherwise;
    const choice = choices.find((each) => each === value);
    if (choice === undefined) throw new BadInput(`${name} must be one of ${choices.join(', ')}`);
    return choice;
  }

  integer(name: string, { least, most, otherwise }: { least: number; most: number; otherwise?: number }): number {
    const value = this.take(name) ?? otherwise;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new BadInput(`${name} must be an integer from ${least} to ${most}`);
  }

  text(name: string): string {
    const value = this.take(name);
    if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
    throw new BadInput(`${name} must be a text`);
  }

  texts(name: string): string[] {
    const value = this.take(name);
    if (Array.isArray(value) && value.every((each) => typeof each === 'string' && !each.includes('\0'))) return value;
    throw new BadInput(`${name} must be a list of texts`);
  }

  integers(name: string, { least, most }: { least: number; most: number }): number[] {
    const value = this.take(name);
    const fits = (each: unknown): each is number =>
      Number.isInteger(each) && Number(each) >= least && Number(each) <= most;
    if (Array.isArray(value) && value.every(fits)) return value;
    throw new BadInput(`${name} must be a list of integers from ${least} to ${most}`);
  }

  truth(name: string): boolean {
    const value = this.take(name);
    if (typeof value === 'boolean') return value;
    throw new BadInput(`${name} must be true or false`);
  }

  /** The field as an object of its own, or an empty one when it is absent. */
  optional<Name extends string, T>(name: Name, read: () => T): { [name in Name]?: T } {
    return this.fields[name] === undefined ? {} : ({ [name]: read() } as { [name in Name]?: T });
  }

  /** Throws when there are fields that nobody has asked for. */
  done(): void {
    const unknown = Object.keys(this.fields).filter((name) => !this.read.has(name));
    if (unknown.length > 0) throw new BadInput(`unknown fields: ${unknown.join(', ')}`);
  }

  private take(name: string): unknown {
    this.read.add(name);
    return this.fields[name];
  }
}
