import type { Environment, Purpose } from "#core/dimensions.ts";
import type { CallProfile } from "./call-sizes.ts";

/** Who the calls of a workload are for, and how often. */
export interface Segment {
  readonly region: string;
  readonly customer_tier: string;
  readonly weight: number;
}

export interface ModelChoice {
  readonly provider: string;
  readonly name: string;
  readonly kind?: "embedding";
  /** Share of the output spent on reasoning. */
  readonly reasoning?: number;
}

/** One feature's use of one model at the demo company. Days are counted from the day of the first start: 0 is it. */
export interface Workload {
  readonly name: string;
  readonly team: string;
  /** Absent: the sender does not say, and the spend is unallocated. */
  readonly feature?: string;
  readonly environment?: Environment;
  readonly purpose?: Purpose;
  readonly segments: readonly Segment[];
  readonly model: ModelChoice;
  /** The model that takes over on `day`. */
  readonly upgrade?: { readonly day: number; readonly to: ModelChoice };
  readonly serviceTier?: "batch";
  readonly profile: CallProfile;
  /** Calls on a working day 0. */
  readonly dailyCalls: number;
  /** 0.01 a day is 7 % a week. Growth ends on day 90. */
  readonly dailyGrowth: number;
  /** The first day with calls; absent: since always. */
  readonly launchDay?: number;
  /** Share of a working day's calls on Saturday and Sunday. */
  readonly weekend: number;
  /** Calls by eighths of the UTC day. */
  readonly hours: readonly number[];
  /** Share of the input read from the cache. */
  readonly cached?: number;
}

const officeHours = [1, 1, 6, 10, 11, 9, 5, 2];
const nightHours = [12, 12, 4, 0, 0, 0, 2, 6];
const aroundTheClock = [6, 5, 7, 9, 10, 10, 9, 7];

const everyone: readonly Segment[] = [
  { region: "eu", customer_tier: "enterprise", weight: 4 },
  { region: "us", customer_tier: "enterprise", weight: 3 },
  { region: "eu", customer_tier: "pro", weight: 3 },
  { region: "us", customer_tier: "pro", weight: 4 },
  { region: "us", customer_tier: "free", weight: 2 },
  { region: "apac", customer_tier: "free", weight: 1 },
];
const enterprises: readonly Segment[] = [
  { region: "eu", customer_tier: "enterprise", weight: 5 },
  { region: "us", customer_tier: "enterprise", weight: 4 },
  { region: "apac", customer_tier: "enterprise", weight: 1 },
];
const staff: readonly Segment[] = [{ region: "eu", customer_tier: "none", weight: 1 }];

/** The workload whose agents call in a loop for a night. */
export const incident = { workload: "code-review", day: -12, fromHour: 1, toHour: 5, callsPerHour: 26_000 } as const;

export const workloads: readonly Workload[] = [
  {
    name: "reply-suggestions",
    team: "support",
    feature: "reply_suggestions",
    environment: "production",
    segments: everyone,
    model: { provider: "openai", name: "gpt-4o" },
    upgrade: { day: -34, to: { provider: "openai", name: "gpt-5.4-mini", reasoning: 0.15 } },
    profile: "conversation",
    dailyCalls: 62_000,
    dailyGrowth: 0.006,
    weekend: 0.35,
    hours: officeHours,
    cached: 0.4,
  },
  {
    name: "ticket-triage",
    team: "support",
    feature: "ticket_triage",
    environment: "production",
    segments: everyone,
    model: { provider: "anthropic", name: "claude-haiku-4-5" },
    profile: "conversation",
    dailyCalls: 41_000,
    dailyGrowth: 0.003,
    weekend: 0.45,
    hours: aroundTheClock,
    cached: 0.55,
  },
  {
    name: "answer-box",
    team: "search",
    feature: "answer_box",
    environment: "production",
    segments: everyone,
    model: { provider: "gcp.gemini", name: "gemini-2.5-flash", reasoning: 0.3 },
    profile: "conversation",
    dailyCalls: 88_000,
    dailyGrowth: 0.009,
    weekend: 0.6,
    hours: aroundTheClock,
  },
  {
    name: "search-index",
    team: "search",
    feature: "semantic_search",
    environment: "production",
    segments: everyone,
    model: { provider: "openai", name: "text-embedding-3-small", kind: "embedding" },
    profile: "code",
    dailyCalls: 350_000,
    dailyGrowth: 0.004,
    weekend: 0.5,
    hours: aroundTheClock,
  },
  {
    name: "code-review",
    team: "developer-tools",
    feature: "code_review",
    environment: "production",
    segments: enterprises,
    model: { provider: "anthropic", name: "claude-sonnet-4-5" },
    profile: "code",
    dailyCalls: 21_000,
    dailyGrowth: 0.007,
    weekend: 0.15,
    hours: officeHours,
    cached: 0.6,
  },
  {
    name: "autocomplete",
    team: "developer-tools",
    feature: "autocomplete",
    environment: "production",
    segments: enterprises,
    model: { provider: "openai", name: "gpt-5.4-mini" },
    profile: "code",
    dailyCalls: 95_000,
    dailyGrowth: 0.005,
    weekend: 0.12,
    hours: officeHours,
    cached: 0.5,
  },
  {
    name: "contract-summaries",
    team: "documents",
    feature: "contract_summaries",
    environment: "production",
    segments: enterprises,
    model: { provider: "openai", name: "gpt-4o" },
    profile: "code",
    dailyCalls: 9_000,
    dailyGrowth: 0.004,
    weekend: 0.1,
    hours: officeHours,
  },
  {
    name: "nightly-tagging",
    team: "documents",
    feature: "document_tagging",
    environment: "production",
    segments: enterprises,
    model: { provider: "openai", name: "gpt-4o-mini" },
    serviceTier: "batch",
    profile: "code",
    dailyCalls: 120_000,
    dailyGrowth: 0.002,
    weekend: 1,
    hours: nightHours,
  },
  {
    name: "voice-agent",
    team: "support",
    feature: "voice_agent",
    environment: "production",
    segments: enterprises,
    model: { provider: "anthropic", name: "claude-sonnet-4-5" },
    profile: "conversation",
    dailyCalls: 17_000,
    dailyGrowth: 0.035,
    launchDay: -48,
    weekend: 0.4,
    hours: aroundTheClock,
    cached: 0.3,
  },
  {
    name: "email-drafts",
    team: "growth",
    feature: "email_drafts",
    environment: "production",
    purpose: "internal",
    segments: staff,
    model: { provider: "openai", name: "gpt-4o-mini" },
    profile: "conversation",
    dailyCalls: 16_000,
    dailyGrowth: 0.002,
    weekend: 0.05,
    hours: officeHours,
  },
  {
    name: "staff-assistant",
    team: "operations",
    feature: "staff_assistant",
    environment: "production",
    purpose: "internal",
    segments: staff,
    model: { provider: "anthropic", name: "claude-haiku-4-5" },
    profile: "conversation",
    dailyCalls: 14_000,
    dailyGrowth: 0.008,
    weekend: 0.05,
    hours: officeHours,
    cached: 0.2,
  },
  {
    name: "evaluations",
    team: "support",
    feature: "reply_suggestions",
    environment: "staging",
    purpose: "evaluation",
    segments: staff,
    model: { provider: "anthropic", name: "claude-sonnet-4-5" },
    profile: "conversation",
    dailyCalls: 2_600,
    dailyGrowth: 0.003,
    weekend: 0.3,
    hours: nightHours,
  },
  {
    name: "playground",
    team: "developer-tools",
    feature: "code_review",
    environment: "development",
    purpose: "experiment",
    segments: staff,
    model: { provider: "gcp.gemini", name: "gemini-2.5-flash", reasoning: 0.5 },
    profile: "code",
    dailyCalls: 6_500,
    dailyGrowth: 0.005,
    weekend: 0.1,
    hours: officeHours,
  },
  {
    name: "notebooks",
    team: "data",
    segments: staff,
    model: { provider: "openai", name: "gpt-4o" },
    profile: "conversation",
    dailyCalls: 4_200,
    dailyGrowth: 0.006,
    weekend: 0.2,
    hours: officeHours,
  },
  {
    name: "route-planner",
    team: "search",
    feature: "answer_box",
    environment: "staging",
    purpose: "experiment",
    segments: staff,
    model: { provider: "mistral_ai", name: "route-planner-tuned-7b" },
    profile: "code",
    dailyCalls: 1_500,
    dailyGrowth: 0.004,
    launchDay: -25,
    weekend: 0.1,
    hours: officeHours,
  },
];
