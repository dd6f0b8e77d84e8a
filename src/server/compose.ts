import { makeDispatch } from "#api/dispatch.ts";
import { makeHandlers } from "#api/handlers.ts";
import { makeAdjust } from "#app/adjust.ts";
import { makeAuthenticate } from "#app/authenticate.ts";
import { makeCompanyRules } from "#app/company-rules.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeExplain } from "#app/explain.ts";
import { makeLakeEvents } from "#app/find-events.ts";
import { makeForecastAccuracy } from "#app/forecast-accuracy.ts";
import { makeListForecastRuns } from "#app/forecast-runs.ts";
import { makeImport, makeImportStatus } from "#app/imports.ts";
import { makeIngest } from "#app/ingest.ts";
import { makeLandUsage } from "#app/land-usage.ts";
import { makeListDoubles } from "#app/list-doubles.ts";
import { makePostSpend } from "#app/post-spend.ts";
import { makeListPrices, makeSetPrice } from "#app/prices.ts";
import { makeRater } from "#app/rater.ts";
import { makeReadForecast } from "#app/read-forecast.ts";
import { makeSenderCosts } from "#app/sender-costs.ts";
import { routes } from "#contract/routes.ts";
import type { Instant } from "#core/time.ts";
import { attributionUseCases } from "./attribution-use-cases.ts";
import { startBackground } from "./background.ts";
import { configUseCases } from "./config-use-cases.ts";
import { alertUseCases, evaluationOf } from "./evaluation.ts";
import type { FaultLog } from "./fault-log.ts";
import { governanceUseCases } from "./governance-use-cases.ts";
import { keyUseCases } from "./key-use-cases.ts";
import { operationUseCases } from "./operation-use-cases.ts";
import { pipelineOf } from "./pipeline.ts";
import { planningUseCases } from "./planning-use-cases.ts";
import { newId, sha256, sha256Hex } from "./secrets.ts";
import type { Stores } from "./stores.ts";

export interface ComposeOptions {
  readonly stores: Stores;
  readonly clock: () => Instant;
  readonly adminKey: string;
  readonly demo: boolean;
  readonly log: FaultLog;
  /** What `authorize` answers while the control store cannot be read; allow unless told. */
  readonly authorizeWhenUnreachable?: "allow" | "deny";
}

/** Calls `after` once `work` has ended well. */
function followed<A extends unknown[], R>(work: (...input: A) => Promise<R>, after: () => void) {
  return async (...input: A): Promise<R> => {
    const result = await work(...input);
    after();
    return result;
  };
}

/** The use cases on the stores of one machine, behind the API, with what runs in the background. */
export function compose({ stores, clock, adminKey, demo, log, authorizeWhenUnreachable = "allow" }: ComposeOptions) {
  const { ledger, landing, spend, closedDays, keys, prices, imports, pipeline, engine, catalog } = stores;
  const lakeEvents = makeLakeEvents({ engine });
  const rater = makeRater({ catalog, prices, clock });
  const rules = makeCompanyRules({ config: stores.config, clock });
  const entryDeps = { ledger, rater, rules, clock, sha256 };
  const costReport = makeCostReport({ spend, closedDays, clock });
  const adjusts = { ...entryDeps, lakeEvents };
  const background = startBackground({
    stores,
    clock,
    postSpend: makePostSpend({ spend, clock }),
    landUsage: makeLandUsage({ landing, clock }),
    runPipeline: pipelineOf({ stores, clock, rules, costReport, adjusts }),
    log,
  });
  const importStatus = makeImportStatus({ imports });
  const attribution = attributionUseCases({ stores, rules, clock });
  const operations = operationUseCases(stores, clock);
  const configs = configUseCases({ stores, clock, costReport, rules });
  const alerts = alertUseCases({ stores, clock });
  const handlers = makeHandlers({
    ingest: makeIngest(entryDeps),
    importEvents: followed(makeImport({ ...entryDeps, landing, imports }), background.nudgePipeline),
    // Whoever reads that an import is done reads reports next: its recent rows are in them.
    importStatus: async (id) => {
      await background.settleSpend();
      return importStatus(id);
    },
    adjust: followed(makeAdjust(adjusts), background.nudgePipeline),
    explain: makeExplain({ ledger, lakeEvents, clock }),
    ...attribution,
    restate: followed(attribution.restate, background.nudgePipeline),
    setPrice: makeSetPrice({ prices, catalog, clock, newId }),
    listPrices: makeListPrices({ prices }),
    ...configs,
    applyConfig: followed(configs.applyConfig, background.nudgeEvaluator),
    ...governanceUseCases({ stores, rater, clock, whenUnreachable: authorizeWhenUnreachable }),
    ...planningUseCases({ stores, rater, clock }),
    ...keyUseCases(stores, clock),
    ...alerts,
    decideAnomaly: followed(alerts.decideAnomaly, background.nudgeEvaluator),
    findings: stores.findings,
    listDoubles: makeListDoubles({ engine }),
    senderCosts: makeSenderCosts({ engine }),
    readForecast: makeReadForecast({ forecasts: stores.forecasts, costReport, clock }),
    listForecastRuns: makeListForecastRuns({ engine, clock }),
    forecastAccuracy: makeForecastAccuracy({ engine, clock, sha256Hex }),
    startPipeline: background.runNow,
    ...operations,
    redrive: followed(operations.redrive, background.nudgePipeline),
    redriveExport: followed(operations.redriveExport, background.nudgePipeline),
    eraseCustomer: followed(operations.eraseCustomer, background.nudgePipeline),
    ...{ rules, costReport, pipeline, catalog, clock, demo, newId, sha256 },
  });
  const dispatch = makeDispatch({
    table: routes,
    handlers,
    authenticate: makeAuthenticate({ keys, clock, sha256, adminHash: sha256(adminKey), keepsKnown: true }),
    newRequestId: newId,
    log: ({ request, requestId, error }) => log(request, error, { requestId }),
  });
  const startJudging = (baseUrl: string) =>
    background.startJudging(evaluationOf({ stores, clock, costReport, log, baseUrl }));
  return { dispatch, runPipeline: background.runNow, startJudging, stop: background.stop };
}
