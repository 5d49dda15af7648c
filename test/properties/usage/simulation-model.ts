import { type ModelCard, type ModelLine, PARTS, PriceModel } from '../rating/price-model.js';

/** What a line was charged, in steps and parts of the model of prices. */
export interface ModelFact {
  month: string;
  isInSpan: boolean;
  line: ModelLine;
  includedSteps: number;
  credits: bigint;
  /** What it has moved, and under which key. */
  key: string;
  /** Of rounding `carry`: its exact price less what it was charged. */
  carriedParts: bigint;
}

/** A line in the other world: how far it has moved that, and whether the draft has a price for it. */
export interface ModelSimulated {
  fact: ModelFact;
  credits: bigint;
  move: { key: string; steps: number; parts: bigint } | undefined;
  isUndone: boolean;
}

/** Another world, in which a draft was in force in a span: played step by step, with what was used and undone. */
export class SimulationModel {
  private readonly months = new Map<string, PriceModel>();
  private readonly remainders = new Map<string, bigint>();
  private readonly lines: ModelSimulated[] = [];

  constructor(private readonly draft: ModelCard) {}

  use(fact: ModelFact): ModelSimulated {
    const simulated = fact.isInSpan ? this.byDraft(fact) : this.asItWas(fact);
    this.lines.push(simulated);
    return simulated;
  }

  undo(simulated: ModelSimulated): void {
    simulated.isUndone = true;
    const { move, fact } = simulated;
    if (move !== undefined) this.move(fact.month, { ...move, steps: -move.steps, parts: -move.parts });
  }

  totals() {
    const counted = this.lines.filter(({ fact, isUndone }) => fact.isInSpan && !isUndone);
    const sum = (of: (simulated: ModelSimulated) => bigint) => counted.reduce((all, one) => all + of(one), 0n);
    return {
      lines: counted.length,
      steps: Number(sum(({ fact }) => BigInt(fact.line.steps))),
      includedSteps: Number(sum(({ fact }) => BigInt(fact.includedSteps))),
      beforeCredits: sum(({ fact }) => fact.credits),
      afterCredits: sum(({ credits }) => credits),
      refusedLines: counted.filter(({ move }) => move === undefined).length,
    };
  }

  private byDraft(fact: ModelFact): ModelSimulated {
    const { line, includedSteps, month } = fact;
    const steps = line.steps - includedSteps;
    const charge = this.month(month).charge(this.draft, { ...line, steps });
    if (charge === 'not-priced') return { fact, credits: 0n, move: undefined, isUndone: false };
    const isCarried = this.draft.rounding === 'carry' && steps > 0;
    const parts = isCarried ? charge.parts - charge.credits * PARTS : 0n;
    return { fact, credits: charge.credits, move: { key: charge.key, steps, parts }, isUndone: false };
  }

  private asItWas(fact: ModelFact): ModelSimulated {
    const move = { key: fact.key, steps: fact.line.steps - fact.includedSteps, parts: fact.carriedParts };
    this.move(fact.month, move);
    return { fact, credits: 0n, move, isUndone: false };
  }

  private move(month: string, { key, steps, parts }: { key: string; steps: number; parts: bigint }): void {
    const { used } = this.month(month);
    used.set(key, (used.get(key) ?? 0) + steps);
    this.remainders.set(key, (this.remainders.get(key) ?? 0n) + parts);
  }

  private month(month: string): PriceModel {
    const model = this.months.get(month) ?? new PriceModel([], this.remainders);
    this.months.set(month, model);
    return model;
  }
}
