import { expect, test } from "vitest";
import { makeRunPipelineHandler, pipelineRun } from "#api/pipeline.ts";
import type { RunRequest } from "#app/pipeline-run.ts";
import { pipelineRun as wireRun } from "#contract/pipeline.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import { openDoor } from "./door.ts";

test("a run tells of its repairs, on how many combinations a day differs, and whether that stands", () => {
  const at = Date.parse("2026-11-23T12:00:00Z") as Instant;
  const difference = { cells_usd: "10", cost_daily_usd: "7.5", combinations: 2, standing: true };
  const body = pipelineRun({
    ...{ id: "r", startedAt: at, finishedAt: at, status: "succeeded", days: [] },
    differences: [{ usageDate: "2026-11-22" as UsageDate, ...difference }],
    repairs: [{ usageDate: "2026-11-22" as UsageDate, cells: 2, cost_usd: "2.5", entries: 4 }],
  });
  expect(wireRun.parse(body).differences).toEqual([{ usage_date: "2026-11-22", ...difference }]);
  expect(wireRun.parse(body).repairs).toEqual([{ usage_date: "2026-11-22", cells: 2, cost_usd: "2.5", entries: 4 }]);
});

const path = "/v1/pipeline/runs";

test("without a body the pipeline runs; with days it recomputes them", async () => {
  await using door = await openDoor();
  expect((await door.send("POST", path)).status).toBe(200);
  const reply = await door.send("POST", path, { json: { from: "2026-11-01", to: "2026-11-02" } });
  expect(await reply.json()).toMatchObject({ status: "succeeded", days: ["2026-11-01", "2026-11-02"], repairs: [] });
});

test.each([
  [{ from: "2026-11-02", to: "2026-11-01" }, "to", "a day that is not before `from`"],
  [{ from: "2024-01-01", to: "2026-06-19" }, "to", "at most 900 days from `from` on, both included"],
  [{ from: "2026-11-31", to: "2026-12-01" }, "from", 'a UTC day such as "2026-11-23"'],
  [{ from: "2026-11-01" }, "to", 'a UTC day such as "2026-11-23"'],
  [{ from: "2026-11-01", to: "2026-11-01", lower: true }, "lower", "one of from, to, lower_cells"],
])("days that cannot be taken are refused by name: %j", async (json, field, wanted) => {
  await using door = await openDoor();
  const reply = await door.send("POST", path, { json });
  expect(reply.status).toBe(400);
  expect(await reply.json()).toMatchObject({ error: { fields: [{ path: field, wanted }] } });
});

test("900 days are as many as are taken", async () => {
  await using door = await openDoor();
  const reply = await door.send("POST", path, { json: { from: "2024-01-01", to: "2026-06-18" } });
  expect(reply.status).toBe(200);
});

test("days without a content type are refused, and not left unread", async () => {
  await using door = await openDoor();
  const body = new TextEncoder().encode('{"from":"2026-11-01","to":"2026-11-02"}');
  const headers = { "content-length": String(body.byteLength) };
  expect((await door.send("POST", path, { body, headers })).status).toBe(415);
});

test("a run that goes on elsewhere is answered with its id", async () => {
  const asked: (RunRequest | undefined)[] = [];
  const handle = makeRunPipelineHandler({
    startPipeline: async (request) => {
      asked.push(request);
      return { id: "run-7", status: "running" };
    },
  });
  const body = { from: "2026-11-01" as UsageDate, to: "2026-11-02" as UsageDate };
  const caller = { keyId: "k", role: "admin", attribution: { fixed: {}, defaults: {} } } as const;
  const reply = await handle({ params: {}, query: {}, body }, caller);
  expect(reply).toEqual({ status: 202, body: { id: "run-7", status: "running" } });
  expect(asked).toEqual([{ backfill: { ...body, lowerCells: false } }]);
});
