import { makeCostReportHandler } from "#api/cost-report.ts";
import { makeExplainHandler } from "#api/explanations.ts";
import { makeReadImport } from "#api/imports.ts";
import { makeOpenApi } from "#api/openapi.ts";
import { makeListPricesHandler } from "#api/prices.ts";
import { makeHealth, makeStatus } from "#api/status.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeExplain } from "#app/explain.ts";
import { makeLakeEvents } from "#app/find-events.ts";
import { makeImportStatus } from "#app/imports.ts";
import { makeListPrices } from "#app/prices.ts";
import { clock } from "./shared/clock.ts";
import { lazyEngine } from "./shared/lazy-engine.ts";
import { sha256 } from "./shared/random.ts";
import { routesOf } from "./shared/routes-of.ts";
import { serve } from "./shared/serve.ts";
import { closedDays, imports, ledger, pipelineState, prices, spend } from "./shared/stores.ts";
import { authenticate, catalog } from "./shared/use-cases.ts";

const costReport = makeCostReport({ spend: spend(), closedDays: closedDays(), clock });
const lakeEvents = makeLakeEvents({ engine: lazyEngine() });
const demo = false;

/** What answers questions and changes nothing. */
export const handler = serve({
  table: routesOf("read"),
  authenticate: authenticate(),
  handlers: {
    readImport: makeReadImport({ importStatus: makeImportStatus({ imports: imports() }) }),
    costReport: makeCostReportHandler({ costReport, clock, sha256, demo }),
    explain: makeExplainHandler({ explain: makeExplain({ ledger: ledger(), lakeEvents, clock }), catalog: catalog() }),
    listPrices: makeListPricesHandler({ listPrices: makeListPrices({ prices: prices() }) }),
    status: makeStatus({ costReport, pipeline: pipelineState(), clock, demo }),
    health: makeHealth(),
    openapi: makeOpenApi(),
  },
});
