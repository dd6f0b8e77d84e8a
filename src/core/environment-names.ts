import type { Environment } from "./dimensions.ts";

/** Compared in lower case, "_" and blanks as "-". A test compares the table of docs/attribution.md with it. */
const SPELLINGS: Readonly<Record<Environment, readonly string[]>> = {
  development: ["development", "dev", "develop", "devel", "local", "localhost", "sandbox", "test", "testing", "ci"],
  staging: ["staging", "stage", "stg", "preprod", "pre-prod", "pre-production", "preview", "qa", "uat"],
  production: ["production", "prod", "prd", "live"],
};

const names: ReadonlyMap<string, Environment> = new Map(
  (Object.keys(SPELLINGS) as Environment[]).flatMap((environment) =>
    SPELLINGS[environment].map((spelling): [string, Environment] => [spelling, environment]),
  ),
);

/** The environment of a usual spelling; undefined for any other. */
export function environmentOf(text: string): Environment | undefined {
  return names.get(text) ?? names.get(text.trim().toLowerCase().replace(/[_ ]/g, "-"));
}
