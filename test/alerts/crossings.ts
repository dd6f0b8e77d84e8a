import type { Chance } from "../simulation/chance.ts";

const dayMs = 86_400_000;

const values = {
  team: ["search", "support", "growth", "data"],
  feature: ["answers", "summaries", "triage", "drafts", "tags"],
  environment: ["production", "staging", "development"],
  model: ["gpt-4o", "gpt-4o-mini"],
  cost_class: ["cogs", "rnd"],
} as const;
type Dimension = keyof typeof values;
type Scope = Readonly<Partial<Record<Dimension, readonly string[]>>>;

export interface SentBudget {
  readonly id: string;
  readonly owner: string;
  readonly scope: Scope;
  readonly period: "day" | "week" | "month" | "quarter" | "year";
  readonly amount_usd: string;
  readonly thresholds: readonly { readonly on: "actual"; readonly severity: "warning"; readonly percent: string }[];
  readonly when_used_up: "warn";
}

const someOf = <T>(chance: Chance, all: readonly T[], countMax: number): T[] => [
  ...new Set(Array.from({ length: 1 + chance.below(countMax) }, () => chance.pick(all))),
];

function anyScope(chance: Chance): Scope {
  const names = Object.keys(values) as Dimension[];
  const named = chance.below(6) === 0 ? [] : someOf(chance, names, 3);
  return Object.fromEntries(named.map((name) => [name, someOf<string>(chance, values[name], 2)]));
}

/** Budgets of any scope and period; their amounts are such that some dollars cross thresholds. */
export function anyBudgets(chance: Chance, count: number): SentBudget[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `budget-${i}`,
    owner: "Ines",
    scope: anyScope(chance),
    period: chance.pick(["day", "week", "month", "quarter", "year"] as const),
    amount_usd: String(5 + chance.below(2 ** (4 + chance.below(6)))),
    thresholds: someOf(chance, [20, 40, 50, 60, 75, 80, 90, 100], 4)
      .sort((a, b) => a - b)
      .map((percent) => ({ on: "actual", severity: "warning", percent: String(percent) })),
    when_used_up: "warn",
  }));
}

export interface SentUsage {
  readonly id: string;
  readonly source: string;
  readonly time: string;
  readonly provider: string;
  readonly model: string;
  readonly meters: Readonly<Record<string, number>>;
  readonly attribution: Readonly<Record<string, string>>;
}

/** A call of a dollar or so, most of them of now. */
export function anyUsage(chance: Chance, id: string, nowMs: number): SentUsage {
  const agoMs = chance.pick([0, 0, 0, chance.below(6 * 3_600_000), chance.below(25 * dayMs)]);
  return {
    ...{ id, source: "alert-lead", time: new Date(nowMs - agoMs).toISOString(), provider: "openai" },
    model: chance.pick(values.model),
    meters: { uncached_input_tokens: 1 + chance.below(200_000), text_output_tokens: chance.below(150_000) },
    attribution: {
      team: chance.pick(values.team),
      feature: chance.pick(values.feature),
      environment: chance.pick(values.environment),
      ...{ region: "eu", customer_tier: "pro" },
    },
  };
}

/** "1.25" as 1,250,000,000,000. */
function picoOf(usd: string): bigint {
  const [whole = "0", fraction = ""] = usd.split(".");
  return BigInt(whole + fraction.padEnd(12, "0"));
}

/** The first day of the period that a day is in. */
function startOf(period: SentBudget["period"], day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  const month = date.getUTCMonth();
  switch (period) {
    case "day":
      return day;
    case "week":
      return new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * dayMs).toISOString().slice(0, 10);
    case "month":
      return `${day.slice(0, 8)}01`;
    case "quarter":
      return `${day.slice(0, 5)}${String(month - (month % 3) + 1).padStart(2, "0")}-01`;
    case "year":
      return `${day.slice(0, 5)}01-01`;
    default:
      return period satisfies never;
  }
}

/** As messages name it. */
export const crossingOf = (budget: string, from: string, threshold: string) => `${budget} from ${from} at ${threshold}`;

/** What the budgets must have been told of: worked out from the replies to events alone. */
export function makeExpected(budgets: readonly SentBudget[], today: string) {
  const spent = new Map<string, bigint>();
  const crossed = new Set<string>();

  const yesterday = new Date(Date.parse(today) - dayMs).toISOString().slice(0, 10);

  /** In its present period, or in one that ended yesterday. */
  function isIn({ scope, period }: SentBudget, { attribution, model, time }: SentUsage): boolean {
    const costClass = attribution.environment === "production" ? "cogs" : "rnd";
    const found: Readonly<Record<string, string>> = { ...attribution, model, cost_class: costClass };
    const day = time.slice(0, 10);
    const isInScope = Object.entries(scope).every(([name, wanted]) => wanted.includes(found[name] ?? ""));
    return isInScope && day >= startOf(period, yesterday) && day <= today;
  }

  return {
    crossed,
    /** What this usage crosses that nothing has crossed before. */
    add(usage: SentUsage, costUsd: string): string[] {
      return budgets
        .filter((budget) => isIn(budget, usage))
        .flatMap(({ id, period, amount_usd, thresholds }) => {
          const from = startOf(period, usage.time.slice(0, 10));
          const place = `${id} ${from}`;
          const sum = (spent.get(place) ?? 0n) + picoOf(costUsd);
          spent.set(place, sum);
          const reached = thresholds.filter(({ percent }) => sum * 100n >= picoOf(amount_usd) * BigInt(percent));
          const all = reached.map(({ percent }) => crossingOf(id, from, `${percent} %`));
          const news = all.filter((one) => !crossed.has(one));
          for (const one of news) crossed.add(one);
          return news;
        });
    },
  };
}
