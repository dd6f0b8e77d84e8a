import { expect, test } from "vitest";
import { run } from "#cli/program.ts";

const finished = {
  ...{ id: "asked", started_at: "2026-11-23T11:59:00.000Z", finished_at: "2026-11-23T11:59:01.000Z" },
  ...{ status: "succeeded", days: ["2026-11-20", "2026-11-21"], differences: [] },
  repairs: [{ usage_date: "2026-11-20", cells: 2, cost_usd: "-1.5", entries: -3 }],
};

const status = (id: string) => ({
  ...{ data: "own", now: "2026-11-23T12:00:00.000Z", last_run: { ...finished, id } },
  unpriced: { entries: 0, requests: 0, cost_usd: "0" },
  unallocated: { entries: 0, requests: 0, cost_usd: "0" },
});

/** Runs the command against these replies, each a status and a body. */
async function finops(words: readonly string[], replies: readonly (readonly [number, unknown])[]) {
  const left = [...replies];
  const [sent, text]: [unknown[], string[]] = [[], []];
  let now = 0;
  const exitCode = await run(["backfill", ...words], {
    out: (line) => text.push(line),
    err: (line) => text.push(line),
    isInteractive: false,
    ask: async () => undefined,
    env: { FINOPS_URL: "http://finops.invalid", FINOPS_KEY: "k" },
    fetch: async (url, { method, body }) => {
      sent.push([method, new URL(url).pathname, ...(body === undefined ? [] : [JSON.parse(body)])]);
      const [code, reply] = left.length > 1 ? (left.shift() ?? []) : (left[0] ?? []);
      return { status: code ?? 500, text: async () => JSON.stringify(reply) };
    },
    sleep: async (ms) => {
      now += ms;
    },
    newId: () => "id",
    now: () => now,
  });
  return { exitCode, sent, text: text.join("") };
}

const days = ["--from", "2026-11-20", "--to", "2026-11-21"];

test("a run that has ended is told with its repairs", async () => {
  const { exitCode, sent, text } = await finops([...days, "--lower-cells"], [[200, finished]]);
  expect(exitCode).toBe(0);
  const body = { from: "2026-11-20", to: "2026-11-21", lower_cells: true };
  expect(sent).toEqual([["POST", "/v1/pipeline/runs", body]]);
  expect(text).toBe("2 days recomputed by run asked.\n2026-11-20: -1.5 USD and -3 entries added to 2 live sums.\n");
});

test("a run that goes on elsewhere is waited for", async () => {
  const { exitCode, sent, text } = await finops(days, [
    [202, { id: "asked", status: "running" }],
    ...Array.from({ length: 12 }, () => [200, status("another")] as const),
    [200, status("asked")],
  ]);
  expect(exitCode).toBe(0);
  expect(sent.length).toBe(14);
  expect(text).toMatch(/^run asked: 30 s\n2 days recomputed/);
});

test("a day that could not be lowered is told with the reason", async () => {
  const differs = { cells_usd: "10", cost_daily_usd: "7.5", combinations: 2 };
  const differences = [
    { usage_date: "2026-11-19", ...differs, standing: false },
    { usage_date: "2026-11-20", ...differs, standing: true },
    { usage_date: "2026-11-21", ...differs, standing: false },
  ];
  const { text } = await finops([...days, "--lower-cells"], [[200, { ...finished, differences, repairs: [] }]]);
  expect(text).toBe(
    [
      "2 days recomputed by run asked.",
      "2026-11-20: live sums 10 USD, lake 7.5 USD: not lowered, something of the day may still come.",
      "2026-11-21: live sums 10 USD, lake 7.5 USD: not lowered, the run before did not find the same, and it may be on its way to the lake; ask again after the next run.",
      "",
    ].join("\n"),
  );
});

const unavailable = { error: { code: "unavailable", message: "spend does not answer" } };

test.each([
  ["refuses it for a moment", 503, unavailable],
  ["is out behind its gateway", 502, "Bad Gateway"],
])("a server that %s while the run is waited for is asked again", async (_, code, body) => {
  const { exitCode, text } = await finops(days, [
    [202, { id: "asked", status: "running" }],
    ...Array.from({ length: 20 }, () => [code, body] as const),
    [200, status("another")],
    [code, body],
    [200, status("asked")],
  ]);
  expect(exitCode).toBe(0);
  expect(text).toContain("2 days recomputed by run asked.");
});

test("a server that stays out is told, and so is a key that is refused", async () => {
  const started = [202, { id: "asked", status: "running" }] as const;
  const out = await finops(days, [started, [503, unavailable]]);
  expect([out.exitCode, out.sent.length]).toEqual([1, 22]);
  expect(out.text).toContain("spend does not answer");
  const forbidden = { error: { code: "forbidden", message: "The key is revoked." } };
  const refused = await finops(days, [started, [403, forbidden]]);
  expect([refused.exitCode, refused.sent.length]).toEqual([1, 2]);
});

test("a run that never ends is given up", async () => {
  const { exitCode, text } = await finops(days, [
    [202, { id: "asked", status: "running" }],
    [200, status("another")],
  ]);
  expect(exitCode).toBe(1);
  expect(text).toContain("run asked has not ended in 75 minutes");
});

test.each([
  ["failed", "merge_cost_daily: no space"],
  ["skipped", "another run holds the lease"],
])("a run that %s is a failure that says why", async (how, error) => {
  const { exitCode, text } = await finops(days, [[200, { ...finished, status: how, error }]]);
  expect(exitCode).toBe(1);
  expect(text).toContain(`run asked ${how}: ${error}`);
});

test("a refusal names the option", async () => {
  const field = { path: "to", found: '"2026-11-19"', wanted: "a day that is not before `from`" };
  const error = { code: "bad_request", message: "Some fields cannot be taken.", fields: [field] };
  const { exitCode, text } = await finops(days, [[400, { error }]]);
  expect(exitCode).toBe(2);
  expect(text).toContain('--to: found "2026-11-19", wanted a day that is not before `from`');
});
