import { makeAuthenticate } from "#app/authenticate.ts";
import { makeCompanyRules } from "#app/company-rules.ts";
import { makeRater } from "#app/rater.ts";
import { catalogFolder } from "./assets.ts";
import { bundledCatalog } from "./catalog.ts";
import { clock } from "./clock.ts";
import { sha256 } from "./random.ts";
import { config, keys, prices } from "./stores.ts";

// What several functions compose alike, each with a cache of its own: made once a process.

export const authenticate = () => makeAuthenticate({ keys: keys(), clock, sha256 });

export const catalog = () => bundledCatalog(catalogFolder);

export const rater = (priced: ReturnType<typeof catalog>) => makeRater({ catalog: priced, prices: prices(), clock });

/** Rates and rules as they stand: what is seldom asked for, and goes by what was decided just before, keeps nothing. */
export const inForce = (priced: ReturnType<typeof catalog>) => ({
  rater: makeRater({ catalog: priced, prices: prices(), clock, cacheTtlMs: 0 }),
  rules: makeCompanyRules({ config: config(), clock, cacheTtlMs: 0 }),
});

export const companyRules = () => makeCompanyRules({ config: config(), clock });
