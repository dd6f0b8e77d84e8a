import { type Chance, makeChance } from "../simulation/chance.ts";

const dayMs = 86_400_000;

/** Events as a sender writes them: two thirds of the last days, one third older than the ledger keeps. */
export function sentEvents(count: number, nowMs: number, chance: Chance = makeChance(1)): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, i) => {
    const daysAgo = i % 3 === 0 ? 32 + chance.below(60) : chance.below(28);
    return {
      id: `call-${i}`,
      source: "kill-proof",
      time: new Date(nowMs - daysAgo * dayMs - chance.below(3_600_000)).toISOString(),
      provider: "openai",
      model: chance.pick(["gpt-4o", "gpt-4o-mini"]),
      meters: { uncached_input_tokens: 1 + chance.below(4_000), text_output_tokens: chance.below(800) },
      attribution: {
        team: chance.pick(["search", "support", "growth"]),
        feature: chance.pick(["answers", "summaries"]),
        environment: "production",
        region: "eu",
        customer_tier: "pro",
      },
    };
  });
}
