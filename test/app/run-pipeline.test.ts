import { expect, test } from "vitest";
import type { QueryEngine } from "#app/ports/query-engine.ts";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import { openControl, openSpend } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { noFindings } from "../fakes/no-findings.ts";
import { untold } from "../fakes/untold.ts";
import { at } from "../fakes/usage.ts";

const none = { new: 0, known: 0, conflicting: 0 };
const oneLanded = { live: none, landed: 1, rejected: 0 };
const now = at("2026-11-23T12:00:00Z");

/** A pipeline whose last run was today; its lake has nothing new, and counts one new event for any import. */
async function setUp() {
  const control = openControl(IN_MEMORY, () => now);
  const { spend, closedDays } = openSpend(IN_MEMORY);
  const startedAt = at("2026-11-23T11:00:00Z");
  const last = {
    id: "run-0",
    startedAt,
    finishedAt: startedAt,
    status: "succeeded",
    days: [],
    differences: [],
  } as const;
  await control.pipeline.finish(last, startedAt);
  const statements: string[] = [];
  const world = { statements, imports: control.imports, meanwhile: async (): Promise<void> => {} };
  const engine: QueryEngine = {
    run: async (statement) => {
      statements.push(statement);
      if (statement === "import_counts") return [{ new_events: 1n, known_events: 0n, conflicting_events: 0n }];
      if (statement === "landed_dates") return [{ usage_date: "2026-11-22", imported: 0n }];
      if (statement === "landed_unmerged") return [{ landed: 0n }];
      if (statement !== "landed_since") return [];
      await world.meanwhile();
      return [{ landed: 0n }];
    },
  };
  const deps = {
    engine,
    state: control.pipeline,
    spend,
    closedDays,
    imports: control.imports,
    erasures: control.erasures,
  };
  const ledger = { ledger: { read: async () => new Map() }, ledgerErasure: { replace: async () => {} } };
  const run = makeRunPipeline({
    ...deps,
    ...ledger,
    clock: () => now,
    newId: () => "run-1",
    ...untold,
    findings: noFindings,
    leaseTtlMs: 1_000,
    holder: "test",
  });
  return Object.assign(world, { run });
}

test("an import that lands while a run looks for news is counted by a run that has merged it", async () => {
  const world = await setUp();
  world.meanwhile = () => world.imports.addPart("import-1", "part-1", now, oneLanded);
  expect(await world.run()).toMatchObject({ status: "skipped" });
  expect(await world.imports.get("import-1")).toMatchObject({ merged: null });
  await world.run();
  expect(world.statements.indexOf("merge_usage_events")).toBeGreaterThan(-1);
  expect(world.statements.indexOf("import_counts")).toBeGreaterThan(world.statements.indexOf("merge_usage_events"));
  expect(await world.imports.get("import-1")).toMatchObject({ merged: { new: 1 } });
});

test("where an import waits the landing is merged, though nothing seems to have landed", async () => {
  const world = await setUp();
  await world.imports.addPart("import-1", "part-1", now, oneLanded);
  expect(await world.run()).toMatchObject({ status: "succeeded" });
  expect(world.statements).toContain("merge_usage_events");
});
