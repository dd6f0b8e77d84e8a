import { makeAdjustHandler } from "#api/adjustments.ts";
import { makeCreateKeyHandler, makeListKeysHandler, makeRevokeKeyHandler } from "#api/keys.ts";
import { makeRunPipelineHandler } from "#api/pipeline.ts";
import { makeSetPriceHandler } from "#api/prices.ts";
import { makeAdjust } from "#app/adjust.ts";
import { makeLakeEvents } from "#app/find-events.ts";
import { makeCreateKey, makeListKeys, makeRevokeKey } from "#app/keys.ts";
import { makeSetPrice } from "#app/prices.ts";
import { startPipeline } from "#aws/start-pipeline.ts";
import { clock } from "./shared/clock.ts";
import { env } from "./shared/env.ts";
import { lazyEngine } from "./shared/lazy-engine.ts";
import { newId, newToken, sha256 } from "./shared/random.ts";
import { routesOf } from "./shared/routes-of.ts";
import { serve } from "./shared/serve.ts";
import { sfnClient } from "./shared/sfn-client.ts";
import { keys, ledger, prices } from "./shared/stores.ts";
import { authenticate, catalog, rater } from "./shared/use-cases.ts";

const priceList = catalog();
const lakeEvents = makeLakeEvents({ engine: lazyEngine() });
const adjust = makeAdjust({ ledger: ledger(), lakeEvents, rater: rater(priceList), clock, sha256 });
const keyDeps = { keys: keys(), clock, sha256, newToken };

/** What changes prices, keys and what was booked, and starts the pipeline. */
export const handler = serve({
  table: routesOf("control"),
  authenticate: authenticate(),
  handlers: {
    adjust: makeAdjustHandler({ adjust, catalog: priceList }),
    setPrice: makeSetPriceHandler({ setPrice: makeSetPrice({ prices: prices(), catalog: priceList, clock, newId }) }),
    listKeys: makeListKeysHandler({ listKeys: makeListKeys(keyDeps) }),
    createKey: makeCreateKeyHandler({ createKey: makeCreateKey(keyDeps) }),
    revokeKey: makeRevokeKeyHandler({ revokeKey: makeRevokeKey(keyDeps) }),
    runPipeline: makeRunPipelineHandler({
      startPipeline: startPipeline({ client: sfnClient(), stateMachineArn: env("STATE_MACHINE_ARN"), newId }),
    }),
  },
});
