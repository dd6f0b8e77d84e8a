import { expect, test } from "vitest";
import { run } from "#cli/program.ts";

const status = {
  data: "own",
  now: "2026-11-23T12:00:00.000Z",
  last_run: {
    repairs: [{ usage_date: "2026-11-20", cells: 2, cost_usd: "0.5", entries: 3 }],
    ...{ id: "r", started_at: "2026-11-23T11:59:00.000Z", finished_at: "2026-11-23T11:59:01.000Z" },
    ...{ status: "succeeded", days: ["2026-11-22"] },
    differences: [
      { usage_date: "2026-11-21", cells_usd: "10", cost_daily_usd: "7.5", combinations: 2, standing: true },
      { usage_date: "2026-11-22", cells_usd: "3", cost_daily_usd: "3", combinations: 1, standing: false },
    ],
  },
  unpriced: { entries: 5, requests: 1, cost_usd: "0" },
  unallocated: { entries: 4_000, requests: 2_000, cost_usd: "3.14159" },
};

async function runStatus(): Promise<string> {
  const out: string[] = [];
  const exitCode = await run(["status"], {
    out: (text) => out.push(text),
    err: (text) => out.push(text),
    isInteractive: false,
    ask: async () => undefined,
    env: { FINOPS_URL: "http://finops.invalid", FINOPS_KEY: "k" },
    fetch: async () => ({ status: 200, text: async () => JSON.stringify(status) }),
    sleep: async () => {},
    newId: () => "id",
    now: () => 0,
  });
  expect(exitCode).toBe(0);
  return out.join("");
}

test("status counts calls, whatever has been booked anew", async () => {
  const lines = (await runStatus()).split("\n");
  expect(lines.slice(-3, -1)).toEqual([
    "unpriced    1 calls in 31 days: no rate for their model",
    "unallocated 2,000 calls in 31 days, 3.14 USD",
  ]);
});

test("status says of each day that differs how much, and whether it is a fault, and what was repaired", async () => {
  expect((await runStatus()).split("\n").slice(3, 6)).toEqual([
    "differs     2026-11-21: live sums 10 USD, lake 7.5 USD, 2 combinations; it stands, and is a fault",
    "differs     2026-11-22: live sums 3 USD, lake 3 USD, 1 combinations; not merged yet",
    "repaired    2026-11-20: 0.5 USD and 3 entries added to 2 live sums",
  ]);
});
