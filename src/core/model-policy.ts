import type { Attribution } from "./attribution.ts";
import type { ModelPolicies, ModelPolicy, PolicyVerdict } from "./config.ts";
import { UNALLOCATED } from "./dimensions.ts";
import type { Meter } from "./meters.ts";
import { formatUnitPrice, parseUnitPrice, type UnitPrice } from "./money.ts";
import { compilePatterns } from "./pattern.ts";
import { remember } from "./remember.ts";
import type { UsageDate } from "./time.ts";

/** A use of a model that policies judge. */
export interface ModelUse {
  /** The catalogue's names. */
  readonly provider: string;
  readonly model: string;
  /** An unallocated one is judged as production: leaving it out evades nothing. */
  readonly environment: Attribution["environment"];
  readonly team: string;
  readonly usageDate: UsageDate;
  /** What the use pays for its meters; charges will do. Left out: no price is judged. */
  readonly unitPrices?: readonly { readonly meter: Meter; readonly unitPrice: UnitPrice }[];
}

export type JudgeUse = (use: ModelUse) => PolicyVerdict;

/** In `PolicyVerdict.policy` and in traces: no policy is about the use. */
const UNLISTED = "unlisted";

const ungoverned: PolicyVerdict = { status: "ungoverned", reason: "there are no model policies" };

/** The letters that a pattern demands; a name without a star demands all of them. */
function demand(pattern: string | undefined): number {
  if (pattern === undefined) return 0;
  return pattern.includes("*") ? pattern.replaceAll("*", "").length : Number.POSITIVE_INFINITY;
}

/** What makes one policy go before another, the weightiest first. */
function specificity({ team, environment, model, provider }: ModelPolicy): readonly number[] {
  return [team === undefined ? 0 : 1, environment === undefined ? 0 : 1, demand(model), demand(provider)];
}

/** Negative when `a` is the more specific; 0 leaves them in the order of the list. */
function bySpecificity(a: ModelPolicy, b: ModelPolicy): number {
  const [one, other] = [specificity(a), specificity(b)];
  const place = one.findIndex((weight, i) => weight !== other[i]);
  if (place < 0) return 0;
  return (other[place] ?? 0) > (one[place] ?? 0) ? 1 : -1;
}

function verdictOf(status: "approved" | "unapproved", { id, reason }: ModelPolicy, what: string): PolicyVerdict {
  return { status, policy: id, reason: `${what} by policy ${id}: ${reason}` };
}

function overpriced({ id, max_usd_per_million = {} }: ModelPolicy) {
  const max = new Map(Object.entries(max_usd_per_million).map(([meter, price]) => [meter, parseUnitPrice(price)]));
  return (use: ModelUse): PolicyVerdict | undefined => {
    if (max.size === 0) return undefined;
    for (const { meter, unitPrice } of use.unitPrices ?? []) {
      const most = max.get(meter);
      if (most === undefined || unitPrice <= most) continue;
      const prices = `${meter} costs ${formatUnitPrice(unitPrice)} USD per million, ${formatUnitPrice(most)} at most`;
      return { status: "unapproved", policy: id, reason: `too expensive for policy ${id}: ${prices}` };
    }
    return undefined;
  };
}

/** What a policy says of the uses that it is about. */
function judgeBy(policy: ModelPolicy): JudgeUse {
  switch (policy.status) {
    case "approved": {
      const approved = verdictOf("approved", policy, "approved");
      const tooExpensive = overpriced(policy);
      return (use) => tooExpensive(use) ?? approved;
    }
    case "deprecated": {
      const { deprecated_on: day, successor } = policy;
      const instead = successor === undefined ? "" : ` in favour of ${successor}`;
      const before = verdictOf("approved", policy, `to be deprecated${instead}`);
      const after = verdictOf("unapproved", policy, `deprecated${instead}`);
      return ({ usageDate }) => (day !== undefined && usageDate >= day ? after : before);
    }
    case "pending":
    case "denied": {
      const unapproved = verdictOf("unapproved", policy, policy.status);
      return () => unapproved;
    }
    default:
      return policy.status satisfies never;
  }
}

function isAbout({ provider = "*", model = "*" }: ModelPolicy): (provider: string, model: string) => boolean {
  const isProvider = compilePatterns([provider]);
  const isModel = compilePatterns([model]);
  return (usedProvider, usedModel) => isModel(usedModel) && isProvider(usedProvider);
}

function holds({ environment, team, from, expires }: ModelPolicy, use: ModelUse): boolean {
  return (
    (from === undefined || use.usageDate >= from) &&
    (expires === undefined || use.usageDate <= expires) &&
    (team === undefined || team.includes(use.team)) &&
    (environment === undefined ||
      environment.includes(use.environment === UNALLOCATED ? "production" : use.environment))
  );
}

const modelsRemembered = 1_000;

/**
 * The most specific policy that is about a use and holds on its day decides: one for teams before one for all, then one
 * for environments, then an exact model before the longer pattern, then an exact provider before a pattern, then the
 * order of the list.
 */
export function compilePolicies({ list, unlisted }: ModelPolicies): JudgeUse {
  if (list.length === 0) return () => ungoverned;
  const policies = list
    .toSorted(bySpecificity)
    .map((policy) => ({ policy, isAbout: isAbout(policy), judge: judgeBy(policy) }));
  const remembered = remember<typeof policies>(modelsRemembered);
  const otherwise: PolicyVerdict = {
    status: unlisted === "allow" ? "approved" : "unapproved",
    policy: UNLISTED,
    reason: `no policy is about it, and unlisted models are ${unlisted === "allow" ? "allowed" : "forbidden"}`,
  };
  return (use) => {
    const { provider, model } = use;
    const isOfModel = () => policies.filter((one) => one.isAbout(provider, model));
    const ofModel = remembered(JSON.stringify([provider, model]), isOfModel);
    return ofModel.find(({ policy }) => holds(policy, use))?.judge(use) ?? otherwise;
  };
}
