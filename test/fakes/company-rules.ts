import type { CompanyRules } from "#app/company-rules.ts";
import { compileConfig } from "#core/compile-config.ts";
import { type Config, INITIAL_CONFIG } from "#core/config.ts";

/** The rules of a company that has decided this and nothing else. */
export function rulesOf(changes: Partial<Config> = {}): CompanyRules {
  const config = { ...INITIAL_CONFIG, ...changes };
  return { config, revision: 1, compiled: compileConfig(config) };
}

const undecided = rulesOf();

/** Of a company that has decided nothing. */
export const noRules = async (): Promise<CompanyRules> => undecided;
