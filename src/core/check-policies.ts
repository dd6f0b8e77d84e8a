import { checkPeriod } from "./check-period.ts";
import { checkRegistered } from "./check-registry.ts";
import type { Config, ModelPolicy } from "./config.ts";
import type { FieldError } from "./field-error.ts";

/** What belongs to policies of one status alone, and is wanted there. */
function checkStatus(policy: ModelPolicy, path: string): FieldError[] {
  const { status, deprecated_on: on, successor, max_usd_per_million: max } = policy;
  const errors: FieldError[] = [];
  const expect = (isRight: boolean, field: keyof ModelPolicy, found: string, wanted: string) => {
    if (!isRight) errors.push({ path: `${path}.${field}`, found, wanted });
  };
  if (status === "deprecated") {
    expect(on !== undefined, "deprecated_on", "nothing", "the UTC day from which its use is unapproved");
    expect(successor !== undefined, "successor", "nothing", "the model to use in its place");
    expect(successor === undefined || successor !== policy.model, "successor", `"${successor}"`, "another model");
  } else {
    expect(on === undefined, "deprecated_on", `"${on}"`, "nothing, or the status deprecated");
    expect(successor === undefined, "successor", `"${successor}"`, "nothing, or the status deprecated");
  }
  if (status !== "approved") {
    expect(max === undefined, "max_usd_per_million", "an object", "nothing, or the status approved");
  }
  return errors;
}

/** Policies that contradict themselves, or hold for teams that nobody can be. */
export function checkPolicies({ policies, registry }: Config): FieldError[] {
  return policies.list.flatMap((policy, i) => {
    const path = `policies.list[${i}]`;
    const teams = (policy.team ?? []).flatMap((team, j) =>
      checkRegistered(registry, "team", team, `${path}.team[${j}]`),
    );
    return [...checkStatus(policy, path), ...checkPeriod(policy.from, policy.expires, `${path}.expires`), ...teams];
  });
}
