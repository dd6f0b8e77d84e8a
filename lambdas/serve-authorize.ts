import { makeAuthorizeHandler } from "#api/authorize.ts";
import { makeAuthenticate } from "#app/authenticate.ts";
import { makeAuthorize } from "#app/authorize.ts";
import { makeAuthorizeReadings } from "#app/authorize-readings.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { clock } from "./shared/clock.ts";
import { env } from "./shared/env.ts";
import { sha256 } from "./shared/random.ts";
import { routesOf } from "./shared/routes-of.ts";
import { serve } from "./shared/serve.ts";
import { closedDays, config, keys, prices, spend } from "./shared/stores.ts";
import { catalog } from "./shared/use-cases.ts";

const readings = makeAuthorizeReadings({
  config: config(),
  prices: prices(),
  catalog: catalog(),
  costReport: makeCostReport({ spend: spend(), closedDays: closedDays(), clock }),
  clock,
});
const whenUnreachable = env("AUTHORIZE_WHEN_UNREACHABLE") === "deny" ? "deny" : "allow";

/** What callers of models ask before a call: it reads, and answers from what it has read. */
export const handler = serve({
  table: routesOf("authorize"),
  authenticate: makeAuthenticate({ keys: keys(), clock, sha256, keepsKnown: true }),
  handlers: {
    authorize: makeAuthorizeHandler({ authorize: makeAuthorize({ readings, clock, sha256, whenUnreachable }) }),
  },
});
