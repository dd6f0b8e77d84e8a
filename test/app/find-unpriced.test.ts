import { expect, test } from "vitest";
import { findUnpriced } from "#app/find-unpriced.ts";
import type { UsageDate } from "#core/time.ts";

test("two models are never one subject, whatever their names", async () => {
  const day = "2026-11-23" as UsageDate;
  const used = (provider: string, model: string) => ({
    ...{ date: day, dimensions: { provider, model, price_status: "unpriced" } },
    sums: { requests: 1n, cost: 0n },
  });
  const rows = [used("a b", "c"), used("a", "b c"), used("a/b", "c"), used("a", "b/c"), used("a%2Fb", "c")];
  const found = await findUnpriced((async () => ({ rows })) as never, [day]);
  expect(found.map(({ subject }) => subject)).toEqual(["a b/c", "a/b c", "a%2Fb/c", "a/b/c", "a%252Fb/c"]);
});
