import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startWorker } from "#server/worker.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(work: () => Promise<void>) {
  const log = vi.fn();
  return { log, worker: startWorker({ name: "work", work, everyMs: 1_000, nudgeMs: 10, log }) };
}

test("it runs every so often, and soon after a nudge; nudges in a row make one run", async () => {
  const work = vi.fn(async () => {});
  const { worker } = setUp(work);
  await vi.advanceTimersByTimeAsync(999);
  expect(work).toHaveBeenCalledTimes(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(work).toHaveBeenCalledTimes(1);
  for (let i = 0; i < 5; i++) worker.nudge();
  await vi.advanceTimersByTimeAsync(10);
  expect(work).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(999);
  expect(work).toHaveBeenCalledTimes(2);
});

test("a nudge during a run makes another one after it, never beside it", async () => {
  let active = 0;
  let most = 0;
  const work = vi.fn(async () => {
    most = Math.max(most, ++active);
    await new Promise((resolve) => setTimeout(resolve, 100));
    active--;
  });
  const { worker } = setUp(work);
  worker.nudge();
  await vi.advanceTimersByTimeAsync(50);
  worker.nudge();
  await vi.advanceTimersByTimeAsync(200);
  expect(work).toHaveBeenCalledTimes(2);
  expect(most).toBe(1);
});

test("a failed run is logged and tried again, and a good one ends the haste", async () => {
  const work = vi.fn(async () => {});
  work.mockRejectedValueOnce(new Error("no")).mockRejectedValueOnce(new Error("still no"));
  const { worker, log } = setUp(work);
  worker.nudge();
  await vi.advanceTimersByTimeAsync(10 + 500 + 1_000);
  expect(work).toHaveBeenCalledTimes(3);
  expect(log).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(999);
  expect(work).toHaveBeenCalledTimes(3);
});

test("stopping waits for the run under way and starts no other", async () => {
  let finish = () => {};
  const work = vi.fn(
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  const { worker } = setUp(work);
  worker.nudge();
  await vi.advanceTimersByTimeAsync(10);
  const stopped = vi.fn();
  const stopping = worker.stop().then(stopped);
  worker.nudge();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(stopped).not.toHaveBeenCalled();
  finish();
  await stopping;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(work).toHaveBeenCalledTimes(1);
});
