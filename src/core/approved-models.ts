import type { ModelPolicies, ModelPolicy, PolicyVerdict } from "./config.ts";
import { compilePolicies, type JudgeUse } from "./model-policy.ts";
import { compilePatterns } from "./pattern.ts";

export interface ModelName {
  readonly provider: string;
  readonly model: string;
}

/** A model that a policy approves by name or pattern somewhere, with the policies that are about it. */
export interface ApprovedModel extends ModelName {
  readonly judge: JudgeUse;
  /** Policies of the status approved: being let through unlisted, or until a deprecation, recommends nothing. */
  readonly approving: ReadonlySet<string>;
}

interface Listed {
  readonly policy: ModelPolicy;
  readonly place: number;
  readonly isAbout: (name: ModelName) => boolean;
}

const isExact = (pattern: string | undefined): pattern is string => pattern !== undefined && !pattern.includes("*");

function listed(policy: ModelPolicy, place: number): Listed {
  const isProvider = compilePatterns([policy.provider ?? "*"]);
  const isModel = compilePatterns([policy.model ?? "*"]);
  return { policy, place, isAbout: ({ provider, model }) => isModel(model) && isProvider(provider) };
}

/** The policies about a model, in the order of the list: most name theirs exactly, and only the others are tried. */
function policiesAbout(policies: ModelPolicies): (name: ModelName) => readonly ModelPolicy[] {
  const all = policies.list.map(listed);
  const byModel = Map.groupBy(all, ({ policy: { model } }) => (isExact(model) ? model : undefined));
  const wild = byModel.get(undefined) ?? [];
  return (name) =>
    [...(byModel.get(name.model) ?? []), ...wild]
      .filter(({ isAbout }) => isAbout(name))
      .sort((a, b) => a.place - b.place)
      .map(({ policy }) => policy);
}

/**
 * The models that some policy approves, out of `known` and those that policies name exactly. Each is judged by the
 * policies about it alone: the same verdicts, without trying all the others.
 */
export function approvedModels(policies: ModelPolicies, known: readonly ModelName[]): readonly ApprovedModel[] {
  const named = policies.list.flatMap(({ provider, model }) =>
    isExact(provider) && isExact(model) ? [{ provider, model }] : [],
  );
  const candidates = new Map(
    [...known, ...named].map(({ provider, model }) => [JSON.stringify([provider, model]), { provider, model }]),
  );
  const about = policiesAbout(policies);
  return [...candidates.values()].flatMap((name) => {
    const list = about(name);
    const approving = new Set(list.flatMap(({ id, status }) => (status === "approved" ? [id] : [])));
    return approving.size === 0 ? [] : [{ ...name, judge: compilePolicies({ ...policies, list }), approving }];
  });
}

/** What is to take the place of a model, when the policy that has decided of it is on its way out: of its provider. */
export function successorOf(
  { provider }: ModelName,
  { policy }: PolicyVerdict,
  { list }: ModelPolicies,
): ModelName | undefined {
  const successor = list.find(({ id }) => id === policy)?.successor;
  return successor === undefined ? undefined : { provider, model: successor };
}
