import { type CompiledConfig, compileConfig } from "#core/compile-config.ts";
import type { Config } from "#core/config.ts";
import type { Instant } from "#core/time.ts";
import { cachedFor } from "./cached-for.ts";
import type { ConfigStore } from "./ports/config.ts";

/** What the company has decided, ready to use. */
export interface CompanyRules {
  readonly config: Config;
  readonly revision: number;
  readonly compiled: CompiledConfig;
}

export interface CompanyRulesDeps {
  readonly config: Pick<ConfigStore, "read">;
  readonly clock: () => Instant;
  readonly cacheTtlMs?: number;
}

/** A change of the config is in force everywhere after as long. */
const cacheTtlMsByDefault = 10_000;

/** The company's rules: read again every 10 s, compiled anew when they have changed. */
export const makeCompanyRules = ({ config: store, clock, cacheTtlMs = cacheTtlMsByDefault }: CompanyRulesDeps) =>
  cachedFor<CompanyRules>(cacheTtlMs, clock, async (last) => {
    const { config, revision } = await store.read();
    return last?.revision === revision ? last : { config, revision, compiled: compileConfig(config) };
  });
