import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PipelineRun } from "#app/pipeline-run.ts";
import type { RunState } from "#app/run-state.ts";
import { runStep } from "#lambdas/shared/run-step.ts";
import { at } from "../fakes/usage.ts";
import { context } from "./lambda-context.ts";
import { captureOutput } from "./output.ts";

const state = { id: "run-1", changedDays: ["2026-11-22"] } as unknown as RunState;
const startedAt = at("2026-11-23T12:00:00Z");

function open() {
  const run = {
    begin: vi.fn(async () => ({ status: "running" as const, state })),
    task: vi.fn(async (): Promise<RunState> => ({ ...state, landed: true })),
    finish: vi.fn(async (_: RunState, error?: string) => ({
      id: "run-1",
      startedAt,
      finishedAt: startedAt,
      status: error === undefined ? ("succeeded" as const) : ("failed" as const),
      days: state.changedDays,
      differences: [],
      ...(error !== undefined && { error }),
    })),
  } satisfies PipelineRun;
  const handler = runStep(run);
  return { run, invoke: (event: unknown) => handler(event, context) };
}

let output: ReturnType<typeof captureOutput>;
beforeEach(() => {
  output = captureOutput();
});
afterEach(() => output[Symbol.dispose]());

describe("a step of the pipeline", () => {
  test("begin: the execution's name is the run's id and the holder of its lease", async () => {
    const { run, invoke } = open();
    expect(await invoke({ task: "begin", holder: "4f1c" })).toEqual({ status: "running", state });
    expect(run.begin).toHaveBeenCalledWith({ id: "4f1c" }, "4f1c");
  });

  test("begin with days recomputes them", async () => {
    const { run, invoke } = open();
    const backfill = { from: "2026-01-01", to: "2026-01-31" };
    await invoke({ task: "begin", holder: "4f1c", backfill });
    expect(run.begin).toHaveBeenCalledWith({ id: "4f1c", backfill: { ...backfill, lowerCells: false } }, "4f1c");
  });

  test("a task gets the state as it was given, and gives it back changed", async () => {
    const { run, invoke } = open();
    expect(await invoke({ task: "check_cells", state })).toEqual({ ...state, landed: true });
    expect(run.task).toHaveBeenCalledWith("check_cells", state);
  });

  test("finish gives a summary; with an error the run is a failed one", async () => {
    const { run, invoke } = open();
    expect(await invoke({ task: "finish", state })).toEqual({
      id: "run-1",
      status: "succeeded",
      days: 1,
      differences: 0,
    });
    expect(await invoke({ task: "finish", state, error: "check_totals: rows" })).toMatchObject({ status: "failed" });
    expect(run.finish).toHaveBeenLastCalledWith(state, "check_totals: rows");
  });

  test.each([
    [{ task: "begin", holder: "h", backfill: { from: "2026-02-30", to: "2026-03-01" } }, "backfill.from"],
    [{ task: "begin", holder: "h", backfill: { from: "2026-03-02", to: "2026-03-01" } }, "`from` not after `to`"],
    [{ task: "begin", holder: "h", backfill: { from: "2020-01-01", to: "2026-03-01" } }, "wanted 1 to 900 days"],
    [{ task: "begin", holder: "h", backfill: { from: "2026-03-01", to: "2026-03-01", all: 1 } }, "all"],
    [{ task: "merge_usage_events", state }, "task"],
    [{ task: "check_cells" }, "state"],
    [{}, "task"],
  ])("what people start by hand and cannot be read is refused by name: %j", async (event, named) => {
    const { run, invoke } = open();
    await expect(invoke(event)).rejects.toThrow(named);
    expect([run.begin, run.task, run.finish].every((each) => each.mock.calls.length === 0)).toBe(true);
    expect(output.text()).toContain("the input of this execution");
  });
});
