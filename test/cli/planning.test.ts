import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fetch } from "#contract/client.ts";
import { lastDayOf, monthsFrom, nextMonth } from "#core/drivers/plan-months.ts";
import { addDays, eachDay, type Instant, monthOf, type UsageDate, usageDateOf } from "#core/time.ts";
import { type Finops, openFinops } from "./finops.ts";

const today = usageDateOf(Date.now() as Instant);
/** Settled at any hour of the day. */
const lastDay = addDays(today, -2);
const months = monthsFrom(nextMonth(monthOf(today)), 3);
const [first = "", second = "", third = ""] = months;

/** A call of 1,000 tokens at 2.50 dollars a million: a quarter of a cent. */
const event = (day: UsageDate, feature: string, customer: string | undefined) => ({
  ...{
    id: `${day}-${feature}-${customer}`,
    source: "planning",
    time: `${day}T10:00:00Z`,
    provider: "openai",
    model: "gpt-4o",
  },
  meters: { uncached_input_tokens: 1_000 },
  attribution: {
    ...{ team: "search", feature, environment: "production", region: "emea", customer_tier: "pro" },
    ...(customer !== undefined && { customer_id: customer }),
  },
});

let finops: Finops;
const inFolder = (name: string, text: string) => {
  const file = join(finops.folder, name);
  writeFileSync(file, text);
  return file;
};
const json = async (...words: string[]) => {
  const { exitCode, out, err } = await finops.run([...words, "--json"]);
  expect([exitCode, err]).toEqual([0, ""]);
  return JSON.parse(out);
};

beforeAll(async () => {
  finops = await openFinops();
  const events = eachDay(addDays(lastDay, -59), lastDay).flatMap((day, place) => [
    ...["c1", "c2", "c3", "c4"].slice(0, place < 30 ? 2 : 4).map((customer) => event(day, "chat", customer)),
    event(day, "ops", undefined),
  ]);
  const file = inFolder("events.jsonl", events.map((one) => JSON.stringify(one)).join("\n"));
  expect(await finops.run(["import", file])).toMatchObject({ exitCode: 0 });
  const headers = { authorization: `Bearer ${finops.adminKey}` };
  const ran = await fetch(`${finops.url}/v1/pipeline/runs`, { method: "POST", headers });
  expect(ran.status).toBe(200);
}, 30_000);
afterAll(() => finops[Symbol.asyncDispose]());

describe("finops drivers", () => {
  test("are of three months unless more are asked for, and say how to see more", async () => {
    expect((await json("drivers")).segments[0].months).toHaveLength(3);
    expect((await json("drivers", "--months", "12")).segments[0].months).toHaveLength(12);
    expect((await finops.run(["drivers"])).out).toContain("The next 3 months: `--months 12` shows a year");
    expect((await finops.run(["drivers", "--months", "4"])).out).not.toContain("The next");
  });

  test("customers, calls, tokens and price of each feature multiply to what was booked", async () => {
    const { segments, notes } = await json("drivers", "--months", "3");
    const [chat, ops] = segments;
    // Until three in the morning the day before yesterday is the last one: so one more or less of 30 days is the same.
    expect(chat.reference).toMatchObject({
      active_customers: 4,
      tokens_per_request: "1000",
      usd_per_million_tokens: "2.5",
    });
    expect(ops.reference).toMatchObject({ active_customers: null, requests_per_customer: null });
    expect(chat.months.map(({ month }: { month: string }) => month)).toEqual(months);
    expect(notes.join("\n")).toContain("ops (cogs): no usage names its customer");
    const { from, to } = (await json("drivers", "--feature", "chat")).reference;
    const booked = await json("report", "cost", "--from", from, "--to", to, "--group-by", "feature");
    const costs = booked.rows.map((row: { feature: string; cost_usd: string }) => [row.feature, row.cost_usd]);
    expect(costs).toEqual([
      ["chat", chat.reference.cost_usd],
      ["ops", ops.reference.cost_usd],
    ]);
  });
});

test("without changes a month costs what the forecast expects of it", async () => {
  const headers = { authorization: `Bearer ${finops.adminKey}` };
  const reply = await fetch(`${finops.url}/v1/forecasts?feature=chat&cost_class=cogs&horizon=90`, { headers });
  const { forecasts, as_of } = (await reply.json()) as {
    readonly forecasts: readonly { readonly days: readonly { readonly date: string; readonly mean_usd: string }[] }[];
    readonly as_of: string;
  };
  const [forecast] = forecasts;
  const expected = (forecast?.days ?? [])
    .filter(({ date }) => date.startsWith(first))
    .reduce((sum, { mean_usd }) => sum + Number(mean_usd), 0);
  expect(expected).toBeGreaterThan(0.1);
  const { segments, notes } = await json("drivers", "--months", "3", "--feature", "chat");
  expect(Number(segments[0].months[0].drivers.cost_usd)).toBeCloseTo(expected, 4);
  expect(notes.join("\n")).toContain(`costs what the forecast as of ${as_of} expects of it`);
});

describe("finops bridge", () => {
  test("a running period is compared up to its last settled day, and one to come is refused", async () => {
    const from = `${addDays(lastDay, -59)}..${addDays(lastDay, -30)}`;
    const running = `${addDays(lastDay, -29)}..${addDays(lastDay, 40)}`;
    const { to, total, notes } = await json("bridge", "--from", from, "--to", running);
    // Until three in the morning the day before yesterday is the last one.
    expect([lastDay, addDays(lastDay, 1)]).toContain(to.to);
    // Calls of 40 days that are not over would be missing: half of all that was spent.
    expect(Math.abs(Number(total.requests_per_customer_usd))).toBeLessThan(0.02);
    expect(notes[0]).toContain("is not over, so the second period is compared up to");
    const early = await json("bridge", "--from", `${addDays(lastDay, -69)}..${addDays(lastDay, -30)}`, "--to", running);
    expect(early.notes[1]).toContain(`The first period has no usage before ${addDays(lastDay, -59)}`);
    const future = await finops.run(["bridge", "--from", from, "--to", third]);
    expect(future).toMatchObject({ exitCode: 2 });
    expect(future.err).toContain("wanted a period that begins by");
  });

  test("twice the customers who do the same are adoption alone", async () => {
    const from = `${addDays(lastDay, -59)}..${addDays(lastDay, -30)}`;
    const to = `${addDays(lastDay, -29)}..${lastDay}`;
    const { total, segments } = await json("bridge", "--from", from, "--to", to);
    expect(total).toMatchObject({
      from_cost_usd: "0.225",
      to_cost_usd: "0.375",
      difference_usd: "0.15",
      adoption_usd: "0.15",
    });
    expect(segments.map((row: { feature: string }) => row.feature)).toEqual(["chat", "ops"]);
    const { out } = await finops.run(["bridge", "--from", from, "--to", to]);
    expect(out).toContain("a difference of 0.15 USD.");
  });

  test("periods that overlap or cannot be read are refused with what is wanted", async () => {
    const overlapping = await finops.run(["bridge", "--from", "2026-10", "--to", "2026-10-15..2026-11-15"]);
    expect(overlapping).toMatchObject({ exitCode: 2 });
    expect(overlapping.err).toContain("--to: found 2026-10-15..2026-11-15, wanted a period after 2026-10-31");
    expect((await finops.run(["bridge", "--from", "2026-13", "--to", "2026-11"])).err).toContain(
      '--from: found "2026-13"',
    );
  });
});

describe("finops plans and scenario", () => {
  test("a plan of a feature that has no usage, or names no customers, is taken with a warning", async () => {
    const rows = ["chatt", "ops", "chat"].map((feature) => `${feature},${first},10`).join("\n");
    const some = inFolder("some.csv", `feature,month,seats\n${rows}\n`);
    const warnings =
      "warning: nothing is planned of chatt: no such feature in the last 30 days; did you mean chat?\n" +
      "warning: nothing is planned of ops: its usage names no customers\n";
    expect(await finops.run(["plans", "import", some, "--dry-run"])).toMatchObject({ exitCode: 0, err: warnings });
    const one = inFolder("one.csv", `feature,month,seats\nnone,${first},10\n`);
    expect(await finops.run(["plans", "import", one])).toEqual({
      ...{ exitCode: 0, out: "1 row of seats is the plan one, revision 1.\n" },
      err: "warning: nothing is planned of none: no such feature in the last 30 days\n",
    });
    expect(await finops.run(["plans", "delete", "one"])).toMatchObject({ exitCode: 0 });
    // As if the reply about all features had no room for chat.
    const full: Fetch = async (url, request) => {
      const reply = await fetch(url, request);
      if (!url.includes("/v1/drivers?months=1") || url.includes("feature=")) return reply;
      const rest = { segments: 1, reference_cost_usd: "1", months: [] };
      return Response.json({ ...((await reply.json()) as object), segments: [], rest });
    };
    const chat = inFolder("chat.csv", `feature,month,seats\nchat,${first},10\n`);
    expect(await finops.run(["plans", "import", chat, "--dry-run"], full)).toMatchObject({ exitCode: 0, err: "" });
  });

  test("a plan is checked, taken as a whole, used by the forecast, shown and removed", async () => {
    const rows = [`feature,month,seats`, `chat,${first},8`, `chat,${second},12`];
    const file = inFolder("sales.csv", rows.join("\n"));
    expect((await finops.run(["plans", "import", file, "--dry-run"])).out).toContain("nothing has changed");
    expect((await json("plans", "list")).adoption_plans).toEqual([]);
    expect((await finops.run(["plans", "import", file])).out).toBe("2 rows of seats are the plan sales, revision 1.\n");
    const [chat] = (await json("drivers", "--months", "3")).segments;
    expect(
      chat.months.map((one: { customers_from: string; drivers: { active_customers: number } }) => [
        one.customers_from,
        one.drivers.active_customers,
      ]),
    ).toEqual([
      ["plan", 8],
      ["plan", 12],
      ["usage", expect.any(Number)],
    ]);
    expect((await finops.run(["plans", "show", "sales"])).out).toContain("seats");
    const other = await finops.run(["plans", "import", file, "--id", "other"]);
    expect(other.err).toContain(`sales.csv:2: found chat in ${first}, which the plan sales has`);
    expect(await finops.run(["plans", "delete", "sales"])).toMatchObject({ exitCode: 0 });
    expect(await finops.run(["plans", "delete", "sales"])).toMatchObject({ exitCode: 1 });
  });

  test("a month that is over is refused", async () => {
    const file = inFolder("over.csv", "feature,month,seats\nchat,2020-01,8\n");
    expect((await finops.run(["plans", "import", file, "--dry-run"])).err).toContain(
      "over.csv:2: found chat in 2020-01, which is over, wanted a month from",
    );
  });

  test("a stored scenario whose change lies beyond the months asked for is shown without it", async () => {
    const file = inFolder(
      "later.yaml",
      `changes:\n  - { change: adoption, feature: chat, from: ${third}, percent: 40 }\n`,
    );
    expect(await finops.run(["scenario", "save", "later", "-f", file])).toMatchObject({ exitCode: 0 });
    const { total, notes } = await json("scenario", "show", "later", "--months", "1");
    expect(total.difference_usd).toBe("0");
    expect(notes[0]).toBe(`changes[0] (adoption) begins in ${third}, after ${first}: it is not applied.`);
  });

  test("every wrong row of a plan is named with its line", async () => {
    const file = inFolder("wrong.csv", `feature,month,signups\nchat,2027-13,5\n,${first},-1\n`);
    const { exitCode, err } = await finops.run(["plans", "import", file]);
    expect(exitCode).toBe(2);
    expect(err).toContain('wrong.csv:2 month: found "2027-13", wanted a UTC month such as "2027-01"');
    expect(err).toContain('wrong.csv:3 signups: found "-1", wanted a whole number');
    const gap = inFolder("gap.csv", `feature,month,signups\nchat,${first},5\nchat,${third},5\n`);
    expect((await finops.run(["plans", "import", gap])).err).toContain(`no row of chat: ${second}`);
    expect((await finops.run(["plans", "import", inFolder("x.csv", "a,b\n1,2\n")])).err).toContain(
      "found the columns a, b",
    );
  });

  test("a scenario is evaluated from options and from a file, stored, shown and removed", async () => {
    const change = `chat=+40%@${second}`;
    const { months: found, total } = await json("scenario", "run", "--adoption", change, "--months", "3");
    const difference = (place: number) => Number(found[place].difference_usd);
    expect([difference(0), difference(1) > 0, difference(2) > 0]).toEqual([0, true, true]);
    expect(total.to).toBe(lastDayOf(months[2] ?? (months[0] as never)));
    const file = inFolder(
      "growth.yaml",
      `changes:\n  - { change: adoption, feature: chat, from: ${second}, percent: 40 }\n`,
    );
    expect((await finops.run(["scenario", "save", "growth", "-f", file])).out).toContain("revision 1");
    expect((await json("scenario", "show", "growth", "--months", "3")).total).toEqual(total);
    const swapped = await finops.run(["scenario", "run", "--model", `openai/gpt-4o=>openai/gpt-4o-mini@${first}`]);
    expect(swapped.out).toContain("a difference of -");
    expect((await finops.run(["scenario", "list"])).out).toContain(`adoption@${second}`);
    expect(await finops.run(["scenario", "delete", "growth"])).toMatchObject({ exitCode: 0 });
    const audited = (await json("audit", "list")).entries.map(({ action }: { action: string }) => action);
    expect(audited).toEqual(
      expect.arrayContaining(["adoption_plan.set", "adoption_plan.remove", "scenario.set", "scenario.remove"]),
    );
  });

  test("what is wrong with a change is told by its option or its line", async () => {
    const wrong = await finops.run([
      "scenario",
      "run",
      "--adoption",
      `chatt=+40%@${first}`,
      "--price",
      "openai/*=-200%@2027-01",
    ]);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.err).toContain("--price openai/*=-200%@2027-01: found -200, wanted a number from -100");
    const unknown = await finops.run(["scenario", "run", "--adoption", `chatt=+40%@${first}`]);
    expect(unknown.err).toContain(`--adoption chatt=+40%@${first}: found "chatt", wanted a feature`);
    const file = inFolder(
      "past.yaml",
      "changes:\n  - change: intensity\n    feature: chat\n    from: 2026-01\n    percent: 5\n",
    );
    expect((await finops.run(["scenario", "run", "-f", file])).err).toContain(
      "past.yaml:4:5 changes[0].from: found 2026-01",
    );
    expect((await finops.run(["scenario", "run", "--launch", "chat@2027-01"])).err).toContain("not of the form");
  });
});
