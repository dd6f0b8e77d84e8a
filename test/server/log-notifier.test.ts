import { expect, test, vi } from "vitest";
import { logNotifier } from "#server/log-notifier.ts";

test("what people must know goes to the log", async () => {
  const log = vi.fn();
  await logNotifier(log).notify({ subject: "The pipeline failed", text: "Run r failed" });
  expect(log.mock.calls).toEqual([["The pipeline failed", undefined, { text: "Run r failed" }]]);
});
