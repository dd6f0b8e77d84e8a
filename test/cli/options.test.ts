import { describe, expect, test } from "vitest";
import { run } from "#cli/program.ts";

/** What a command line asks of the server, which takes nothing. */
async function asked(...words: string[]) {
  const requests: { readonly path: string; readonly body: unknown }[] = [];
  const err: string[] = [];
  const exitCode = await run(words, {
    out: () => {},
    err: (text) => err.push(text),
    isInteractive: false,
    ask: async () => undefined,
    env: { FINOPS_URL: "http://door", FINOPS_KEY: "a-key" },
    fetch: async (url, { body }) => {
      requests.push({ path: url.slice("http://door".length), body: body === undefined ? null : JSON.parse(body) });
      const error = { code: "forbidden", message: "No." };
      return new Response(JSON.stringify({ error }), { status: 403 });
    },
    sleep: async () => {},
    newId: () => "1",
    now: () => 0,
  });
  return { requests, exitCode, err: err.join("") };
}

describe("an option that a command and its subcommand have reaches the subcommand", () => {
  test.each([
    [
      "anomalies decide a1b2c3d4 --state explained --note load-test",
      { path: "/v1/anomalies/decisions", body: { id: "a1b2c3d4", state: "explained", note: "load-test" } },
    ],
    ["alerts inbox --team support", { path: "/v1/alerts/messages?team=support", body: null }],
    [
      "forecast accuracy --team search --cost-class cogs --months 2",
      { path: "/v1/forecasts/accuracy?months=2&team=search&cost_class=cogs", body: null },
    ],
    ["alerts --team support", { path: "/v1/alerts?team=support&limit=1000", body: null }],
    ["alerts --team support inbox --json", { path: "/v1/alerts/messages?team=support", body: null }],
  ])("finops %s", async (line, request) => {
    expect((await asked(...line.split(" "))).requests).toEqual([request]);
  });

  test("and one that only the command has is refused instead of being left out", async () => {
    const { requests, exitCode, err } = await asked("alerts", "inbox", "--all");
    expect([requests, exitCode]).toEqual([[], 2]);
    expect(err).toContain("'inbox' has no option '--all'");
  });
});
