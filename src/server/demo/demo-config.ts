import type { SentConfigDocument } from "#contract/config.ts";
import { addDays, type UsageDate } from "#core/time.ts";

type Part<Name extends keyof SentConfigDocument> = NonNullable<SentConfigDocument[Name]>;

const named = (...ids: readonly string[]) => ids.map((id) => ({ id }));

const registry: Part<"registry"> = {
  team: {
    mode: "strict",
    values: [
      { id: "support", owner: "Ines", cost_centre: "CC-110" },
      { id: "search", owner: "Tariq", cost_centre: "CC-120" },
      { id: "developer-tools", owner: "Mei", cost_centre: "CC-130", aliases: ["devtools"] },
      { id: "documents", owner: "Jonas", cost_centre: "CC-140" },
      { id: "growth", owner: "Amara", cost_centre: "CC-210" },
      { id: "operations", owner: "Luc", cost_centre: "CC-310" },
      { id: "data", owner: "Noor", cost_centre: "CC-150" },
    ],
  },
  region: { mode: "strict", values: named("eu", "us", "apac") },
  customer_tier: { mode: "strict", values: named("free", "pro", "enterprise", "none") },
};

function costClasses(from: UsageDate): Part<"cost_classes"> {
  const customers = { environment: ["production" as const], purpose: ["customer_facing" as const] };
  return [
    {
      id: "free-users-are-marketing",
      from,
      approved_by: "the CFO of the demo company",
      reason: "free users are won by marketing, they are no customers yet",
      rows: [
        { purpose: ["internal"], cost_class: "g_and_a" },
        { ...customers, customer_tier: ["free"], cost_class: "sales_marketing" },
        { ...customers, cost_class: "cogs" },
        { cost_class: "rnd" },
      ],
    },
  ];
}

function policies(firstDay: UsageDate): Part<"policies"> {
  const reviewed = { owner: "the platform team", reason: "contract and security review done" };
  const approved = (provider: string, model: string) => ({
    ...{ id: model, status: "approved" as const, provider, model, ...reviewed },
  });
  return {
    unlisted: "forbid",
    list: [
      approved("openai", "gpt-5.4-mini"),
      approved("openai", "gpt-4o-mini"),
      approved("openai", "text-embedding-3-small"),
      approved("anthropic", "claude-haiku-4-5"),
      approved("anthropic", "claude-sonnet-4-5"),
      approved("gcp.gemini", "gemini-2.5-flash"),
      {
        id: "gpt-4o-is-old",
        status: "deprecated",
        provider: "openai",
        model: "gpt-4o",
        owner: "the platform team",
        reason: "gpt-5.4-mini is as good and cheaper",
        deprecated_on: addDays(firstDay, 40),
        successor: "gpt-5.4-mini",
      },
      {
        id: "tuned-models",
        status: "pending",
        provider: "mistral_ai",
        environment: ["staging"],
        owner: "the search team",
        reason: "waits for its cost review",
      },
    ],
  };
}

type SentBudget = Part<"budgets">[number];

/** A monthly budget that warns. */
const budget = (id: string, owner: string, amount_usd: string, rest: Pick<SentBudget, "scope" | "parent">) => ({
  ...{ id, owner, amount_usd, ...rest },
  period: "month" as const,
  when_used_up: "warn" as const,
});

const ofTeam = (team: string, owner: string, amount_usd: string) =>
  budget(team, owner, amount_usd, { parent: "company", scope: { team: [team] } });

const ofFeature = (team: string, feature: string, owner: string, amount_usd: string) =>
  budget(feature.replaceAll("_", "-"), owner, amount_usd, {
    parent: team,
    scope: { team: [team], feature: [feature] },
  });

/** The company's, its teams', their dearest features'. Support and code review spend a little more than they have. */
function budgets(): Part<"budgets"> {
  const company = budget("company", "the CFO", "16500", { scope: {} });
  const halfway = { on: "actual", percent: "50", severity: "info" } as const;
  const nearly = { on: "actual", percent: "80", severity: "warning" } as const;
  const usedUp = { on: "actual", percent: "100", severity: "critical" } as const;
  const projected = { on: "forecast", percent: "100", severity: "warning" } as const;
  return [
    { ...company, thresholds: [halfway, nearly, usedUp, projected] },
    ofTeam("support", "Ines", "5600"),
    ofFeature("support", "reply_suggestions", "Ines", "2600"),
    ofFeature("support", "voice_agent", "Ines", "1600"),
    ofTeam("developer-tools", "Mei", "4200"),
    ofFeature("developer-tools", "code_review", "Mei", "1900"),
    ofTeam("search", "Tariq", "2500"),
    ofTeam("documents", "Jonas", "1800"),
    budget("research", "Mei", "1200", { scope: { cost_class: ["rnd"] } }),
  ];
}

/** What the demo company has decided before its first day: who it is, which models are approved, what may be spent. */
export function demoConfig(firstDay: UsageDate): SentConfigDocument {
  const from = addDays(firstDay, -365);
  const seats = { id: "coding-assistant", vendor: "a coding assistant", team: "developer-tools", seats: 24 };
  return {
    registry,
    coverage: { target_percent: "95" },
    cost_classes: costClasses(from),
    policies: policies(firstDay),
    fixed_costs: [{ ...seats, cost_class: "rnd", usd_per_month: "456", from }],
    budgets: budgets(),
  };
}
