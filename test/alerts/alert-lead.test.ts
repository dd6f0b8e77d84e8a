import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Instant } from "#core/time.ts";
import { openControl, openSpend } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { openLedger } from "#local/sqlite-ledger.ts";
import { catalogFiles } from "#server/catalog-files.ts";
import { compose } from "#server/compose.ts";
import { makeChance } from "../simulation/chance.ts";
import { crossThresholds } from "./lead-run.ts";

const adminKey = "alert-lead-admin-key-0123456789abcdef";

/** The server on stores in memory; only the lake is empty. */
function openServer() {
  const clock = () => Date.now() as Instant;
  const faults: unknown[] = [];
  const app = compose({
    stores: {
      ...openControl(IN_MEMORY, clock),
      ...openSpend(IN_MEMORY),
      ledger: openLedger({ path: IN_MEMORY, clock }),
      landing: { write: async () => {}, purge: async () => {} },
      engine: { run: async () => [] },
      catalog: catalogFiles(fileURLToPath(new URL("../../catalog/", import.meta.url))),
      close: () => {},
    },
    ...{ clock, adminKey, demo: false },
    log: (_, error) => void faults.push(error),
  });
  app.startJudging("http://server");
  const fetch = (path: string, request: RequestInit) => app.dispatch(new Request(`http://server${path}`, request));
  return { fetch, faults, [Symbol.asyncDispose]: app.stop };
}

test("each threshold that is crossed is told once, and nothing else", async () => {
  await using server = openServer();
  const run = { fetch: server.fetch, adminKey, chance: makeChance(1), pauseMsMax: 0, pollMs: 25 };
  const { leadsMs } = await crossThresholds({ ...run, crossings: 10 });
  expect(leadsMs.length).toBeGreaterThanOrEqual(10);
  expect(server.faults).toEqual([]);
});
