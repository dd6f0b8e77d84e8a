import type { Severity } from "./alert.ts";
import type {
  AttributionDimension,
  CostClass,
  Environment,
  PolicyStatus,
  Purpose,
  SpendDimension,
} from "./dimensions.ts";
import type { Meter } from "./meters.ts";
import type { UsageDate } from "./time.ts";

/**
 * What a company decides, in the words of `finops.yaml`: one document, stored whole under a revision, changed with its
 * audit entries. Every list is in the order in which it is tried. A pattern is text in which `*` stands for any
 * characters; it is matched whole, in the letters given.
 */
export interface Config {
  readonly registry: Registry;
  readonly rules: readonly AttributionRule[];
  readonly enforcement: Readonly<Record<Environment, Enforcement>>;
  readonly coverage: CoverageTarget;
  readonly cost_classes: readonly CostClassTable[];
  readonly policies: ModelPolicies;
  readonly shared_costs: readonly SharedCost[];
  readonly fixed_costs: readonly FixedCost[];
  readonly sources: readonly ExpectedSource[];
  readonly precedence: readonly SourcePrecedence[];
  readonly otlp_attributes: Readonly<Partial<Record<MappedDimension, readonly string[]>>>;
  readonly budgets: readonly Budget[];
}

/** What an attribution may hold and a rule, a mapping or a key may fill. */
export type MappedDimension = AttributionDimension | "purpose" | "customer_id";

/** `open`: any value is taken. `strict`: one that is neither registered nor an alias leaves the dimension unallocated. */
export interface RegisteredDimension {
  readonly mode: "open" | "strict";
  readonly values: readonly RegisteredValue[];
}

interface RegisteredValue {
  readonly id: string;
  readonly owner?: string;
  readonly cost_centre?: string;
  /** Other spellings: an event that says one is booked to `id`. */
  readonly aliases?: readonly string[];
}

export type Registry = Readonly<Partial<Record<AttributionDimension, RegisteredDimension>>>;

/** Every named field must match one of its patterns; a tag must be there and match. */
export interface RuleMatch {
  /** Ids of ingest keys. */
  readonly key?: readonly string[];
  readonly source?: readonly string[];
  readonly provider?: readonly string[];
  readonly model?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

/** Fills dimensions that neither the key nor the event has filled: of each dimension the first rule that matches and sets it. */
export interface AttributionRule {
  readonly id: string;
  readonly when: RuleMatch;
  readonly set: Readonly<Partial<Record<MappedDimension, string>>>;
}

/** What becomes of an event whose attribution is incomplete: taken with a warning, kept in quarantine, or refused. */
export type Enforcement = "observe" | "quarantine" | "reject";

export interface CoverageTarget {
  /** Allocated ÷ total spend, in percent from 0 to 100 with at most 2 decimals, as text. */
  readonly target_percent: string;
}

/** Of usage days from `from` on, until the next table's. Approved by somebody; history keeps the class it was booked with. */
export interface CostClassTable {
  readonly id: string;
  readonly from: UsageDate;
  readonly approved_by: string;
  readonly reason: string;
  /** The first row that matches decides; the last one matches everything. */
  readonly rows: readonly CostClassRow[];
}

export interface CostClassRow {
  readonly environment?: readonly (Environment | "unallocated")[];
  readonly purpose?: readonly Purpose[];
  readonly customer_tier?: readonly string[];
  readonly feature?: readonly string[];
  readonly cost_class: CostClass;
}

export interface ModelPolicies {
  /** What becomes of a model that no policy names, once there are policies. */
  readonly unlisted: "allow" | "forbid";
  readonly list: readonly ModelPolicy[];
}

type ModelPolicyStatus = "approved" | "pending" | "denied" | "deprecated";

export interface ModelPolicy {
  readonly id: string;
  readonly status: ModelPolicyStatus;
  /** Patterns, of the catalogue's names; left out: every one. */
  readonly provider?: string;
  readonly model?: string;
  readonly environment?: readonly Environment[];
  readonly team?: readonly string[];
  readonly owner: string;
  readonly reason: string;
  /** First and last UTC day on which it holds. */
  readonly from?: UsageDate;
  readonly expires?: UsageDate;
  /** Of a deprecated model: from this day on its use is unapproved. */
  readonly deprecated_on?: UsageDate;
  readonly successor?: string;
  /** Of an approved model: the most that a meter may cost, USD per million units. */
  readonly max_usd_per_million?: Readonly<Partial<Record<Meter, string>>>;
}

/** A filter on the dimensions of a spend cell: each named one has one of its values. */
export type Scope = Readonly<Partial<Record<SpendDimension, readonly string[]>>>;

/** Spend of a scope that belongs to several teams, split in reports. */
export interface SharedCost {
  readonly id: string;
  readonly scope: Scope;
  readonly from: UsageDate;
  readonly to?: UsageDate;
  readonly split:
    | { readonly by: "weights"; readonly weights: readonly { readonly team: string; readonly weight: number }[] }
    /** By what each team of the scope `of` has used on the day. */
    | { readonly by: "usage"; readonly measure: "cost" | "requests" | "tokens"; readonly of: Scope };
}

/** Seats and subscriptions: paid whatever is used. */
export interface FixedCost {
  readonly id: string;
  readonly vendor: string;
  readonly team: string;
  readonly cost_class: CostClass;
  readonly feature?: string;
  readonly seats?: number;
  /** A decimal string; spread over the days of the month to the pico-dollar. */
  readonly usd_per_month: string;
  readonly from: UsageDate;
  readonly to?: UsageDate;
  /** Patterns of sources whose usage is paid by it: their events keep their list cost and cost nothing. */
  readonly covers?: readonly string[];
}

/** A sender that is expected to be heard of at least so often. */
export interface ExpectedSource {
  /** A pattern of sources. */
  readonly id: string;
  readonly silent_after_minutes: number;
}

/** Which of several sources that report the same call of a provider is to be believed, the first one first. */
export interface SourcePrecedence {
  readonly id: string;
  /** A provider, or "*". */
  readonly provider: string;
  /** Patterns of sources. */
  readonly sources: readonly string[];
}

export interface Budget {
  readonly id: string;
  readonly owner: string;
  /** Whom its alerts are for; left out: the only team of its scope, or nobody in particular. */
  readonly team?: string;
  readonly scope: Scope;
  /** Narrows the scope to these customers: evaluated from the lake, after each run of the pipeline. */
  readonly customer_id?: readonly string[];
  /** Narrows the scope to events that carry each of these tags, with one of its values: likewise from the lake. */
  readonly tags?: Readonly<Record<string, readonly string[]>>;
  readonly period: "day" | "week" | "month" | "quarter" | "year";
  /** A decimal string, above 0. */
  readonly amount_usd: string;
  /** Other amounts, for the periods that begin on `from` or later; in the order of `from`. */
  readonly changes?: readonly { readonly from: UsageDate; readonly amount_usd: string }[];
  /** The id of the budget that this one is a part of: of the same period, a wider scope, and enough money. */
  readonly parent?: string;
  /** In order; left out: 80 and 100 % of what is spent, 100 % of what is forecast. */
  readonly thresholds?: readonly BudgetThreshold[];
  /** What `authorize` answers once it is used up. */
  readonly when_used_up: "warn" | "deny";
}

/** Of what is spent, or of what will have been at the period's end. Either a percentage of the amount or an amount. */
export type BudgetThreshold = { readonly on: "actual" | "forecast"; readonly severity: Severity } & (
  | { readonly percent: string }
  | { readonly amount_usd: string }
);

/** Before anybody has decided anything: any value is taken, what is incomplete is kept in quarantine. */
export const INITIAL_CONFIG: Config = {
  registry: {},
  rules: [],
  enforcement: { development: "quarantine", staging: "quarantine", production: "quarantine" },
  coverage: { target_percent: "95" },
  cost_classes: [],
  policies: { unlisted: "allow", list: [] },
  shared_costs: [],
  fixed_costs: [],
  sources: [],
  precedence: [],
  otlp_attributes: {},
  budgets: [],
};

/** Of a use that `policies` has judged; `ungoverned` while there are none. */
export type PolicyVerdict = { readonly status: PolicyStatus; readonly policy?: string; readonly reason: string };
