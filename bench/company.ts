import { type Config, INITIAL_CONFIG } from "#core/config.ts";
import type { UsageDate } from "#core/time.ts";

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** What a large company decides. What the benchmark's events are is tried last, and much of it only looks alike. */
export function companyOf(size: {
  readonly features: number;
  readonly rules: number;
  readonly policies: number;
}): Config {
  return {
    ...INITIAL_CONFIG,
    registry: {
      feature: {
        mode: "strict",
        values: times(size.features, (i) => ({ id: `feature-${i}`, aliases: i === 500 ? ["answers"] : [`f${i}`] })),
      },
      environment: { mode: "strict", values: [{ id: "production" }, { id: "staging" }, { id: "development" }] },
    },
    rules: times(size.rules, (i) => ({
      id: `rule-${i}`,
      when: { source: [`bench-*-${i}`, `gateway-${i}`], provider: ["open*"], tags: { release: `${i}-*` } },
      set: { purpose: "internal", team: "nobody" },
    })),
    policies: {
      unlisted: "forbid",
      list: times(size.policies, (i) => ({
        id: `policy-${i}`,
        status: i === 0 ? ("approved" as const) : ("denied" as const),
        provider: "openai",
        model: i === 0 ? "gpt-*" : `gpt-*-${i}-*`,
        owner: "platform",
        reason: "the benchmark",
        ...(i === 0 && { max_usd_per_million: { text_output_tokens: "100" } }),
      })),
    },
    cost_classes: [
      {
        id: "2026",
        from: "2026-01-01" as UsageDate,
        approved_by: "cfo",
        reason: "the benchmark",
        rows: [
          ...times(10, (i) => ({ feature: [`feature-${i}`, `f-*-${i}`], cost_class: "rnd" as const })),
          { environment: ["production"], cost_class: "cogs" },
          { cost_class: "rnd" },
        ],
      },
    ],
  };
}
