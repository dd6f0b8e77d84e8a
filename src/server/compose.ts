import { makeDispatch } from "#api/dispatch.ts";
import { makeHandlers } from "#api/handlers.ts";
import { makeAdjust } from "#app/adjust.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeCustomerDays, makeCustomerEvents, makeEraseCustomer, makeErasureStatus } from "#app/customers.ts";
import { makeExplain } from "#app/explain.ts";
import { makeLakeEvents } from "#app/find-events.ts";
import { makeImport, makeImportStatus } from "#app/imports.ts";
import { makeIngest } from "#app/ingest.ts";
import { makeAuthenticate, makeCreateKey, makeListKeys, makeRevokeKey } from "#app/keys.ts";
import { makeLandUsage } from "#app/land-usage.ts";
import { makePostSpend } from "#app/post-spend.ts";
import { makeListPrices, makeSetPrice } from "#app/prices.ts";
import { makeRater } from "#app/rater.ts";
import { makeRedrive } from "#app/redrive.ts";
import { makeRedriveExport } from "#app/redrive-export.ts";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import { routes } from "#contract/routes.ts";
import { hourMs, type Instant } from "#core/time.ts";
import { startBackground } from "./background.ts";
import type { FaultLog } from "./fault-log.ts";
import { logNotifier } from "./log-notifier.ts";
import { newId, newToken, sha256, sha256Hex } from "./secrets.ts";
import type { Stores } from "./stores.ts";

export interface ComposeOptions {
  readonly stores: Stores;
  readonly clock: () => Instant;
  readonly adminKey: string;
  readonly demo: boolean;
  readonly log: FaultLog;
}

/** Longer than a merge of everything: a run of this server goes on where a killed one held the lease. */
const leaseTtlMs = hourMs / 2;

/** Landed files are purged after 30 days, by a worker that runs daily; failed changes five days later. */
const copiesKeptDays = 37;

/** Calls `after` once `work` has ended well. */
function followed<A extends unknown[], R>(work: (...input: A) => Promise<R>, after: () => void) {
  return async (...input: A): Promise<R> => {
    const result = await work(...input);
    after();
    return result;
  };
}

/** The use cases on the stores of one machine, behind the API, with what runs in the background. */
export function compose({ stores, clock, adminKey, demo, log }: ComposeOptions) {
  const { ledger, landing, spend, closedDays, keys, prices, imports, erasures, pipeline, engine, catalog } = stores;
  const lakeEvents = makeLakeEvents({ engine });
  const rater = makeRater({ catalog, prices, clock });
  const entryDeps = { ledger, rater, clock, sha256 };
  const background = startBackground({
    stores,
    clock,
    postSpend: makePostSpend({ spend, clock }),
    landUsage: makeLandUsage({ landing, clock }),
    runPipeline: makeRunPipeline({
      ...{ engine, state: pipeline, spend, closedDays, imports, clock, newId },
      ...{ erasures, ledger, ledgerErasure: ledger.erasure },
      ...{ notifier: logNotifier(log), leaseTtlMs, holder: "local server" },
    }),
    log,
  });
  const importStatus = makeImportStatus({ imports });
  const handlers = makeHandlers({
    ingest: makeIngest(entryDeps),
    importEvents: followed(makeImport({ ...entryDeps, landing, imports }), background.nudgePipeline),
    // Whoever reads that an import is done reads reports next: its recent rows are in them.
    importStatus: async (id) => {
      await background.settleSpend();
      return importStatus(id);
    },
    adjust: followed(makeAdjust({ ...entryDeps, lakeEvents }), background.nudgePipeline),
    explain: makeExplain({ ledger, lakeEvents, clock }),
    costReport: makeCostReport({ spend, closedDays, clock }),
    setPrice: makeSetPrice({ prices, catalog, clock, newId }),
    listPrices: makeListPrices({ prices }),
    createKey: makeCreateKey({ keys, clock, sha256, newToken }),
    listKeys: makeListKeys({ keys }),
    revokeKey: makeRevokeKey({ keys, clock }),
    startPipeline: background.runNow,
    redrive: followed(
      makeRedrive({ failedChanges: ledger.failedChanges, landing, clock, erasures, sha256Hex }),
      background.nudgePipeline,
    ),
    redriveExport: followed(
      makeRedriveExport({ ledgerExports: ledger.exports, landing, clock, erasures, sha256Hex }),
      background.nudgePipeline,
    ),
    customerEvents: makeCustomerEvents({ engine, sha256Hex }),
    customerDays: makeCustomerDays({ engine, sha256Hex }),
    eraseCustomer: followed(makeEraseCustomer({ erasures, sha256Hex, clock, newId }), background.nudgePipeline),
    erasureStatus: makeErasureStatus({ erasures, clock, copiesKeptDays }),
    pipeline,
    catalog,
    clock,
    demo,
    newId,
    sha256,
  });
  const dispatch = makeDispatch({
    table: routes,
    handlers,
    authenticate: makeAuthenticate({ keys, clock, sha256, adminHash: sha256(adminKey) }),
    newRequestId: newId,
    log: ({ request, requestId, error }) => log(request, error, { requestId }),
  });
  return { dispatch, runPipeline: background.runNow, stop: background.stop };
}
