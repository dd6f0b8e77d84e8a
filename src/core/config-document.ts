import type { Config, ModelPolicies } from "./config.ts";

/**
 * What somebody wants of the config: whatever is left out stays as it is, of `enforcement` and `policies` also each
 * part on its own. All else is given whole: what a list or the registry lacks is to be gone.
 */
export interface ConfigDocument extends Partial<Omit<Config, "enforcement" | "policies">> {
  readonly enforcement?: Partial<Config["enforcement"]>;
  readonly policies?: Partial<ModelPolicies>;
}

/** The config that the document asks for where `stands` does. */
export function wantedConfig(stands: Config, document: ConfigDocument): Config {
  return {
    ...stands,
    ...document,
    enforcement: { ...stands.enforcement, ...document.enforcement },
    policies: { ...stands.policies, ...document.policies },
  };
}
