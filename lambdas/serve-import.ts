import { makeImportEvents } from "#api/imports.ts";
import { makeImport } from "#app/imports.ts";
import { clock } from "./shared/clock.ts";
import { lazyLanding } from "./shared/lazy-landing.ts";
import { newId, sha256 } from "./shared/random.ts";
import { routesOf } from "./shared/routes-of.ts";
import { serve } from "./shared/serve.ts";
import { imports, ledger } from "./shared/stores.ts";
import { authenticate, catalog, companyRules, rater } from "./shared/use-cases.ts";

const importEvents = makeImport({
  ledger: ledger(),
  rater: rater(catalog()),
  rules: companyRules(),
  clock,
  sha256,
  landing: lazyLanding(),
  imports: imports(),
});

/** What takes usage of any age: recent events into the ledger, older ones into the landing. */
export const handler = serve({
  table: routesOf("import"),
  authenticate: authenticate(),
  handlers: { importEvents: makeImportEvents({ importEvents, newId, sha256 }) },
});
