import type { Approval, Impact } from "#core/approval.ts";
import type { ModelName } from "#core/approved-models.ts";
import { checkConfig } from "#core/check-config.ts";
import type { Config, ModelPolicy } from "#core/config.ts";
import { type ServiceTier, UNALLOCATED } from "#core/dimensions.ts";
import type { FieldError } from "#core/field-error.ts";
import { computeImpact, type Upgrade, type UsageGroup } from "#core/impact.ts";
import type { CatalogFile, Rater } from "#core/price-book.ts";
import { makeResolveModel } from "#core/resolve-catalog-model.ts";
import { addDays, dayMs, type Instant, usageDateOf } from "#core/time.ts";
import { parseRatio } from "#core/token-ratio.ts";
import { approvalAudit } from "./approval-audit.ts";
import type { Caller } from "./caller.ts";
import type { makeCostReport } from "./cost-report.ts";
import type { ApprovalStore } from "./ports/approvals.ts";
import type { ConfigStore } from "./ports/config.ts";

export interface NewApproval {
  readonly current?: ModelName;
  readonly policy: Omit<ModelPolicy, "status"> & ModelName;
  readonly reason: string;
  readonly inputTokenRatio: string;
  readonly outputTokenRatio: string;
  readonly evidence: Readonly<Record<string, string>>;
}

export interface RequestApprovalDeps {
  readonly approvals: ApprovalStore;
  readonly config: Pick<ConfigStore, "read">;
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly rater: () => Promise<Rater>;
  readonly catalog: (provider: string) => CatalogFile | undefined;
  readonly clock: () => Instant;
  readonly newId: () => string;
}

export type RequestedApproval =
  | { readonly status: "requested"; readonly approval: Approval }
  | { readonly status: "refused"; readonly errors: readonly FieldError[] };

const impactDays = 30;
const undecidedMs = 30 * dayMs;

/**
 * The config with the policy: in the place of the one with its id, else before all others, so that of equally specific
 * ones the newest decision holds.
 */
export function withPolicy(config: Config, policy: ModelPolicy): Config {
  const { list } = config.policies;
  const isThere = list.some(({ id }) => id === policy.id);
  const changed = isThere ? list.map((one) => (one.id === policy.id ? policy : one)) : [policy, ...list];
  return { ...config, policies: { ...config.policies, list: changed } };
}

/** It takes the place of the policy of its id: that must be about the same model, or a decision on others would go unseen. */
function idErrors({ policies }: Config, { id, provider, model }: ModelPolicy): FieldError[] {
  const replaced = policies.list.find((policy) => policy.id === id);
  if (replaced === undefined || (replaced.provider === provider && replaced.model === model)) return [];
  const wanted = `a new id, or that of a policy about ${model} of ${provider} alone`;
  return [{ path: "policy.id", found: `"${id}", a policy about other models`, wanted }];
}

/** What is wrong with the policy alone, by its own fields. */
function policyErrors(config: Config, policy: ModelPolicy): FieldError[] {
  const changed = withPolicy(config, policy);
  const place = `policies.list[${changed.policies.list.indexOf(policy)}]`;
  return checkConfig(changed).flatMap((error) =>
    error.path.startsWith(`${place}.`) ? [{ ...error, path: `policy${error.path.slice(place.length)}` }] : [],
  );
}

function nameErrors(policy: ModelName, current: ModelName | undefined): FieldError[] {
  const errors = (["provider", "model"] as const).flatMap((field): FieldError[] => {
    const wanted = "one name, without *: its cost is computed";
    return policy[field].includes("*") ? [{ path: `policy.${field}`, found: `"${policy[field]}"`, wanted }] : [];
  });
  if (current?.provider !== policy.provider || current.model !== policy.model) return errors;
  const wanted = `another model than ${policy.model}, which is to be approved; leave it out for a new one`;
  return [...errors, { path: "current.model", found: `"${current.model}"`, wanted }];
}

function ratioErrors(asked: NewApproval): FieldError[] {
  const fields = { input_token_ratio: asked.inputTokenRatio, output_token_ratio: asked.outputTokenRatio };
  const wanted = 'a decimal string above 0 and below 1000 with at most 6 decimals, such as "1.15"';
  return Object.entries(fields).flatMap(([path, found]) =>
    parseRatio(found) === undefined ? [{ path, found: `"${found}"`, wanted }] : [],
  );
}

type ModelPolicyScope = Pick<ModelPolicy, "environment" | "team">;

/** The usage that a policy is about: what names no environment is judged as production. */
export function scopeOf({ environment, team }: ModelPolicyScope) {
  const judged = environment?.includes("production") ? [...environment, UNALLOCATED] : environment;
  return { ...(judged && { environment: judged }), ...(team && { team }) };
}

/** What the affected scope has used of the current model in the last 30 full days. */
async function usageGroups(
  { costReport }: RequestApprovalDeps,
  { from, to, current }: Upgrade,
  policy: ModelPolicyScope,
): Promise<UsageGroup[]> {
  if (current === undefined) return [];
  const { rows } = await costReport({
    ...{ from, to, granularity: "total", groupBy: ["feature", "customer_tier", "service_tier"] },
    filters: { provider: [current.provider], model: [current.model], ...scopeOf(policy) },
  });
  return rows.map(({ dimensions: { feature = "", customer_tier = "", service_tier }, sums }) => ({
    ...{ feature, customer_tier, service_tier: service_tier as ServiceTier, sums },
  }));
}

async function impactOf(deps: RequestApprovalDeps, asked: NewApproval, now: Instant): Promise<Impact | undefined> {
  const { policy, current, inputTokenRatio, outputTokenRatio } = asked;
  const [input, output] = [parseRatio(inputTokenRatio), parseRatio(outputTokenRatio)];
  if (input === undefined || output === undefined) return undefined;
  const to = addDays(usageDateOf(now), -1);
  const proposed = { provider: policy.provider, model: policy.model };
  const upgrade: Upgrade = {
    ...{ from: addDays(to, 1 - impactDays), to, current, proposed },
    ...{ inputTokenRatio, outputTokenRatio, input, output },
  };
  const groups = await usageGroups(deps, upgrade, policy);
  return computeImpact(groups, upgrade, { rate: await deps.rater(), now });
}

/** Asks for a model to be approved, with what that would have cost in the last 30 full days. */
export const makeRequestApproval = (deps: RequestApprovalDeps) => {
  const resolveModel = makeResolveModel(deps.catalog);
  const canonical = ({ provider, model }: ModelName): ModelName => {
    const resolved = resolveModel(provider, model);
    return { provider: resolved.provider, model: resolved.model };
  };
  return async (sent: NewApproval, caller: Caller): Promise<RequestedApproval> => {
    const now = deps.clock();
    const current = sent.current && canonical(sent.current);
    const named = { ...sent.policy, ...canonical(sent.policy) };
    const asked: NewApproval = { ...sent, policy: named, ...(current && { current }) };
    const policy: ModelPolicy = { ...named, status: "approved" };
    const { config } = await deps.config.read();
    const errors = [
      ...nameErrors(named, current),
      ...idErrors(config, policy),
      ...ratioErrors(asked),
      ...policyErrors(config, policy),
    ];
    const impact = errors.length > 0 ? undefined : await impactOf(deps, asked, now);
    if (impact === undefined) return { status: "refused", errors };
    const { reason, inputTokenRatio, outputTokenRatio, evidence } = asked;
    const approval: Approval = {
      ...{ id: `apr_${deps.newId()}`, status: "requested", requestedBy: caller.keyId, requestedAt: now, reason },
      ...(current && { current }),
      ...{ policy, inputTokenRatio, outputTokenRatio, impact, evidence, reviews: [] },
      expiresAt: (now + undecidedMs) as Instant,
    };
    const audit = approvalAudit("approval.request", undefined, approval, { at: now, by: caller.keyId, reason });
    if (!(await deps.approvals.put(0, approval, audit))) throw new Error(`the new id ${approval.id} is taken`);
    return { status: "requested", approval };
  };
};
