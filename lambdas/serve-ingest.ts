import { makeSendEvents } from "#api/events.ts";
import { makeImportEvents } from "#api/imports.ts";
import { makeImport } from "#app/imports.ts";
import { makeIngest } from "#app/ingest.ts";
import { clock } from "./shared/clock.ts";
import { lazyLanding } from "./shared/lazy-landing.ts";
import { newId, sha256 } from "./shared/random.ts";
import { routesOf } from "./shared/routes-of.ts";
import { serve } from "./shared/serve.ts";
import { imports, ledger } from "./shared/stores.ts";
import { authenticate, catalog, rater } from "./shared/use-cases.ts";

const entryDeps = { ledger: ledger(), rater: rater(catalog()), clock, sha256 };

/** What senders call: events and imports. */
export const handler = serve({
  table: routesOf("ingest"),
  authenticate: authenticate(),
  handlers: {
    sendEvents: makeSendEvents({ ingest: makeIngest(entryDeps) }),
    importEvents: makeImportEvents({
      importEvents: makeImport({ ...entryDeps, landing: lazyLanding(), imports: imports() }),
      newId,
      sha256,
    }),
  },
});
