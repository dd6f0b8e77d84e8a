import { makeSendEvents } from "#api/events.ts";
import { makeSendLiteLlm } from "#api/litellm.ts";
import { makeOtlpMetrics, makeOtlpTraces } from "#api/otlp.ts";
import { makeIngest } from "#app/ingest.ts";
import { clock } from "./shared/clock.ts";
import { sha256 } from "./shared/random.ts";
import { routesOf } from "./shared/routes-of.ts";
import { serve } from "./shared/serve.ts";
import { ledger } from "./shared/stores.ts";
import { authenticate, catalog, companyRules, rater } from "./shared/use-cases.ts";

const rules = companyRules();
const ingest = makeIngest({ ledger: ledger(), rater: rater(catalog()), rules, clock, sha256 });

/** What senders call, in whatever format. Nothing but DynamoDB is behind it. */
export const handler = serve({
  table: routesOf("ingest"),
  authenticate: authenticate(),
  handlers: {
    sendEvents: makeSendEvents({ ingest }),
    sendLiteLlm: makeSendLiteLlm({ ingest }),
    otlpTraces: makeOtlpTraces({ ingest, rules }),
    otlpMetrics: makeOtlpMetrics(),
  },
});
