import type { Scenario, Turn } from '../contest.js';
import { duration, milliseconds, rate } from './format.js';

/** A line on the terminal for each turn, with the time that is left. */
export class Progress {
  private readonly turns: number;
  private readonly startedAt = performance.now();
  private done = 0;

  constructor(
    scenarios: readonly Scenario[],
    private readonly rounds: number,
  ) {
    this.turns = scenarios.reduce((sum, { contestants }) => sum + contestants.length * (rounds + 1), 0);
  }

  show({ scenario, round, contestant, result }: Turn): void {
    this.done += 1;
    const elapsedSeconds = (performance.now() - this.startedAt) / 1_000;
    const left = duration((elapsedSeconds / this.done) * (this.turns - this.done));
    const which = round === 0 ? 'warm-up' : `round ${round}/${this.rounds}`;
    const speed = rate(result.units / result.seconds);
    const cpu = `generator ${(result.generatorCpuShare * 100).toFixed(0)} %`;
    console.log(
      `${scenario.id.padEnd(18)} ${which.padEnd(10)} ${contestant.label.padEnd(48)} ${speed.padStart(9)}/s  ` +
        `${cpu.padEnd(15)} ${left} left`,
    );
    for (const [failure, count] of Object.entries(result.failures)) console.log(`  !! ${count} × ${failure}`);
  }
}

export function describeGenerator(perSecond: number, p50Ms: number): string {
  return (
    `${rate(perSecond)} requests a second, p50 ${milliseconds(p50Ms)}, against a server that does nothing (64 ` +
    'connections)'
  );
}
