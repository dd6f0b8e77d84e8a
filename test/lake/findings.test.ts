import { beforeEach, describe, expect, test } from "vitest";
import { makeBookAdjustment, makePlanAdjustment } from "#app/adjust.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeLakeEvents } from "#app/find-events.ts";
import { makeListDoubles } from "#app/list-doubles.ts";
import { makeLookForFindings } from "#app/look-for-findings.ts";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import { reversalOf } from "#core/adjustment.ts";
import type { AttributionTrace } from "#core/attribution.ts";
import { type Config, INITIAL_CONFIG } from "#core/config.ts";
import type { FindingKind } from "#core/finding.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { formatUsd, type PicoUsd } from "#core/money.ts";
import { dayMs, eachDay, hourMs, type Instant, type UsageDate } from "#core/time.ts";
import { rulesOf } from "../fakes/company-rules.ts";
import { type EntrySketch, entry } from "./entries.ts";
import { openMemoryLake } from "./memory-lake.ts";
import { openWorld } from "./world.ts";

const lake = await openMemoryLake();
const day = "2026-11-21" as UsageDate;

interface Sketch extends Omit<EntrySketch, "cost" | "input"> {
  /** Each costs 0.0000025 USD; 4 are 0.00001. */
  readonly tokens?: number;
  readonly response?: string;
  readonly key?: string;
  readonly environment?: "development" | "production";
  readonly purpose?: "experiment";
  readonly trace?: AttributionTrace;
  readonly senderCost?: bigint;
  readonly policy?: "unapproved";
}

function used({
  response,
  key,
  environment,
  purpose,
  trace,
  senderCost,
  policy,
  tokens = 4,
  ...sketch
}: Sketch): LedgerEntry {
  const made = entry({ time: `${day}T10:00:00Z`, input: tokens, cost: BigInt(tokens) * 2_500_000n, ...sketch });
  return {
    ...made,
    ...(response !== undefined && { responseId: response }),
    ...(key !== undefined && { keyId: key }),
    ...(policy !== undefined && { policyStatus: policy }),
    ...(trace !== undefined && { trace }),
    ...(senderCost !== undefined && { senderCost: senderCost as PicoUsd }),
    attribution: {
      ...made.attribution,
      ...(environment !== undefined && { environment }),
      ...(purpose !== undefined && { purpose }),
    },
  };
}

async function openCompany(changes: Partial<Config> = {}) {
  const world = await openWorld(lake);
  const { ledger, deps } = world;
  const { spend, closedDays } = world;
  const config = { ...INITIAL_CONFIG, ...changes };
  const rules = async () => rulesOf(config);
  const sha256 = (text: string) => `hash of ${text}`;
  const costReport = makeCostReport({ spend, closedDays, clock: deps.clock });
  const lakeEvents = makeLakeEvents({ engine: deps.engine });
  const rater = async () => () => {
    throw new Error("nothing is rated here");
  };
  const adjusts = { ledger, lakeEvents, rater, rules, clock: deps.clock, sha256 };
  const look = makeLookForFindings({
    ...{ engine: deps.engine, findings: world.findings, rhythms: world.sourceRhythms, audit: world.audit },
    ...{ rules, costReport, judgeAlerts: deps.judgeAlerts, clock: deps.clock },
    scans: "each run",
    planAdjustment: makePlanAdjustment(adjusts),
    bookAdjustment: makeBookAdjustment(adjusts),
  });
  return {
    world,
    /** Takes the entries into ledger, cells and lake, as if they had come now. */
    async take(...entries: LedgerEntry[]) {
      await ledger.append(entries);
      await world.deliver(entries);
      expect((await world.run()).status).toBe("succeeded");
    },
    look: (nightly = false, days = [day]) => look.ofDays({ nightly, days }),
    /** A pipeline run that looks for findings itself. */
    runAndLook: makeRunPipeline({ ...deps, findings: look }),
    lookForSilence: look.ofSilence,
    listDoubles: makeListDoubles({ engine: deps.engine }),
    async found(kind: FindingKind) {
      return (await world.findings.list(kind)).map(({ subject, cost, resolvedAt }) => [
        subject,
        cost === null ? "unknown" : formatUsd(cost),
        resolvedAt === null ? "stands" : "resolved",
      ]);
    },
    /** Subjects of the notes that people got. */
    told: () => world.notes.map(({ subject }) => subject),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

let company: Awaited<ReturnType<typeof openCompany>>;
beforeEach(async () => {
  company = await openCompany();
  return () => company[Symbol.asyncDispose]();
});

describe("the same call under two sources", () => {
  const calls = [
    used({ id: "1", source: "sdk", response: "chatcmpl-1", tokens: 20 }),
    used({ id: "a", source: "otlp/web", response: "chatcmpl-1", tokens: 12 }),
    used({ id: "2", source: "sdk", response: "chatcmpl-2", tokens: 28 }),
    used({ id: "b", source: "sdk", response: "chatcmpl-2", tokens: 28 }),
    used({ id: "3", source: "sdk", tokens: 44 }),
  ];

  test("is found with what counting it twice costs, and told once", async () => {
    await company.take(...calls);
    await company.look();
    await company.look();
    expect(await company.found("possible_double")).toEqual([
      ["openai: otlp/web + sdk", "0.00003", "stands"],
      ["openai: sdk", "0.00007", "stands"],
    ]);
    expect(company.told()).toEqual([
      "Calls may be counted twice: openai: otlp/web + sdk",
      "Calls may be counted twice: openai: sdk",
    ]);
  });

  test("is listed with each report of it", async () => {
    await company.take(...calls);
    const { calls: listed, excess, isComplete } = await company.listDoubles(day, day);
    const shown = listed.map((call) => [call.responseId, ...call.reports.map(({ source, id }) => `${source} ${id}`)]);
    expect(shown).toEqual([
      ["chatcmpl-1", "otlp/web a", "sdk 1"],
      ["chatcmpl-2", "sdk 2", "sdk b"],
    ]);
    expect([excess, isComplete]).toEqual([100_000_000n, true]);
  });

  test("is dropped where a rule of precedence says so, noted in the audit log, and then found no more", async () => {
    await using ruled = await openCompany({
      precedence: [{ id: "sdk-first", provider: "*", sources: ["sdk", "otlp/*"] }],
    });
    await ruled.take(...calls);
    await ruled.look();
    await ruled.look();
    const [noted, ...others] = await ruled.world.audit.read(1, 10);
    expect(noted).toMatchObject({ number: 1, by: "pipeline", action: "double.drop", subject: "precedence/sdk-first" });
    expect(others).toEqual([]);
    expect(JSON.parse(noted?.from ?? "")).toEqual({
      ...{ events: 1, cost_usd: "0.00003" },
      ...{ days: [day], sources: ["otlp/web"] },
    });
    const dropped = await ruled.world.ledger.read([`["adjustment","otlp/web","a",1,"reversal"]`]);
    const [reversal] = dropped.values();
    expect(reversal?.adjustment).toMatchObject({ by: "precedence/sdk-first", part: "reversal" });
    await ruled.world.deliver([reversal as LedgerEntry]);
    await ruled.world.run();
    await ruled.look();
    expect(await ruled.found("possible_double")).toEqual([
      ["openai: otlp/web + sdk", "0.00003", "resolved"],
      // Two reports of the believed source: they may be two calls, and nobody decides that.
      ["openai: sdk", "0.00007", "stands"],
    ]);
    expect(await ruled.world.audit.head()).toMatchObject({ number: 1 });
  });
});

describe("spend on a key of another environment than it looks like", () => {
  test("is found both ways", async () => {
    await company.take(
      used({
        id: "1",
        key: "dev",
        environment: "development",
        trace: { overridden: { environment: "prod" } },
        tokens: 20,
      }),
      used({ id: "2", key: "dev", environment: "development", customer: "acme", tokens: 28 }),
      used({ id: "3", key: "dev", environment: "development", tokens: 44 }),
      used({
        id: "4",
        key: "live",
        environment: "production",
        trace: { overridden: { environment: "staging" } },
        tokens: 52,
      }),
      used({ id: "5", key: "live", environment: "production", purpose: "experiment", tokens: 68 }),
      used({ id: "6", key: "live", environment: "production", customer: "acme", tokens: 76 }),
    );
    await company.look();
    expect(await company.found("production_on_other_key")).toEqual([
      ["dev, app: named customers", "0.00007", "stands"],
      ["dev, app: said production", "0.00005", "stands"],
    ]);
    expect(await company.found("other_on_production_key")).toEqual([
      ["live, app: said another environment", "0.00013", "stands"],
      ["live, app: was an experiment", "0.00017", "stands"],
    ]);
  });

  test("in any spelling of an environment", async () => {
    const ofKey = (key: string, environment: "development" | "production", sent: string) =>
      used({ id: sent, key, environment, trace: { overridden: { environment: sent } } });
    await company.take(ofKey("dev", "development", " PRD"), ofKey("live", "production", "Pre_Production"));
    await company.look();
    expect(await company.found("production_on_other_key")).toEqual([
      ["dev, app: said production", "0.00001", "stands"],
    ]);
    expect(await company.found("other_on_production_key")).toEqual([
      ["live, app: said another environment", "0.00001", "stands"],
    ]);
  });

  test("is found no more once somebody has corrected it", async () => {
    const event = used({ id: "1", key: "dev", environment: "development", customer: "acme" });
    await company.take(event);
    await company.look();
    const order = { number: 1, requestId: "r", reason: "wrong key", by: "admin" };
    const moment = { contentHash: "of the order", receivedAt: company.world.now() };
    await company.take(reversalOf(event, { ...order, ...moment }));
    await company.look();
    expect(await company.found("production_on_other_key")).toEqual([
      ["dev, app: named customers", "0.00001", "resolved"],
    ]);
  });
});

describe("what has ended", () => {
  const since = Date.parse("2026-10-01T12:00:00Z") as Instant;
  const standing = (usageDate: string) => ({
    ...{ kind: "unapproved_model" as const, subject: "openai gpt-5.2 in production by search", text: "It was used." },
    ...{ id: `unapproved_model/${usageDate}`, usageDate: usageDate as UsageDate, cost: 0n as PicoUsd, requests: 1 },
    ...{ since, lastSeen: since, resolvedAt: null },
  });

  test("is told again after a week without it, and not on the days of that week", async () => {
    const { world } = company;
    const useOn = async (date: string) => {
      await company.take(used({ id: date, policy: "unapproved", time: `${date}T10:00:00Z` }));
      await company.look(false, [date as UsageDate]);
    };
    const told = "A model was used without approval: openai gpt-5.2 in production by search";
    await useOn("2026-11-21");
    world.wait(6 * dayMs);
    await useOn("2026-11-27");
    expect(company.told()).toEqual([told]);
    world.wait(8 * dayMs);
    await company.look(false, []);
    expect((await world.alerts.firing()).map(({ title }) => title)).toEqual([]);
    world.wait(2 * dayMs);
    await useOn("2026-12-07");
    expect(company.told()).toEqual([told, told]);
  });

  test("use without a price is found by day, with what a similar model's would cost, and told", async () => {
    const unpriced = { ...entry({ id: "1", time: `${day}T10:00:00Z`, cost: null }), model: "gpt-5.2-mini" };
    await company.take(unpriced, used({ id: "2", tokens: 400_000 }));
    await company.look();
    expect(await company.found("unpriced_use")).toEqual([["openai/gpt-5.2-mini", "unknown", "stands"]]);
    const [finding] = await company.world.findings.list("unpriced_use");
    expect(finding).toMatchObject({ requests: 1, usageDate: day });
    expect(finding?.text).toContain("at what a request of gpt-5.2 has cost, it would be about 1.00 USD.");
    expect(company.told()).toEqual(["Usage has no price: openai/gpt-5.2-mini"]);
  });

  test("stands no longer than its day is looked at", async () => {
    await company.world.findings.put([standing("2026-10-21"), standing("2026-10-22")]);
    await company.look();
    const stands = (await company.world.findings.list()).map(({ usageDate, resolvedAt }) => [usageDate, resolvedAt]);
    expect(stands).toEqual([
      ["2026-10-21", company.world.now()],
      ["2026-10-22", null],
    ]);
  });
});

test("the first run of a day looks at the day that has ended, though nothing has come since", async () => {
  const { world } = company;
  const unallocated = used({ id: "1", time: "2026-11-22T09:00:00Z" });
  const entries = [{ ...unallocated, attribution: { ...unallocated.attribution, team: "unallocated" } }];
  await world.ledger.append(entries);
  await world.deliver(entries);
  await company.runAndLook();
  expect(await company.found("coverage_below_target")).toEqual([]);
  world.wait(13 * hourMs);
  expect(await company.runAndLook()).toMatchObject({ status: "succeeded", days: [] });
  expect(await company.found("coverage_below_target")).toEqual([["allocated spend", "0.00001", "stands"]]);
});

test("a sender that believes in list prices does not differ where the company has a discount", async () => {
  // 1 USD at the company's price, 2 at list.
  await company.take(used({ id: "1", tokens: 400_000, time: "2026-11-21T10:00:00Z", senderCost: 2_000_000_000_000n }));
  await company.look(true);
  expect(await company.found("sender_cost_differs")).toEqual([]);
});

test("a sender's costs that differ still do when their day is compared no more", async () => {
  await company.take(used({ id: "1", senderCost: 3_000_000_000_000n }));
  await company.look(true);
  company.world.wait(4 * dayMs);
  await company.look(true, eachDay(day, "2026-11-26" as UsageDate));
  expect(await company.found("sender_cost_differs")).toEqual([["app", "2.99998", "stands"]]);
});

test("a model that policies forbid is found with who used it", async () => {
  await company.take(used({ id: "1", policy: "unapproved", tokens: 20 }), used({ id: "2", tokens: 28 }));
  await company.look();
  expect(await company.found("unapproved_model")).toEqual([
    ["openai gpt-5.2 in production by search", "0.00005", "stands"],
  ]);
  expect(company.told()).toEqual(["A model was used without approval: openai gpt-5.2 in production by search"]);
});

test.each([
  ["unpriced alone", [], "unknown", "is not approved and was used, of unknown cost, on 2026-11-21."],
  ["beside a priced one", [used({ id: "2", policy: "unapproved" })], "0.00001", "and cost 0.00001 USD on"],
])("a use of a forbidden model without a price, %s, is one finding that does not call it free", async (...cases) => {
  const [, others, cost, told] = cases;
  const unpriced = entry({ id: "1", time: `${day}T10:00:00Z`, cost: null });
  await company.take({ ...unpriced, policyStatus: "unapproved" }, ...others);
  await company.look();
  expect(await company.found("unapproved_model")).toEqual([["openai gpt-5.2 in production by search", cost, "stands"]]);
  expect(company.world.notes[0]?.text).toContain(told);
});

describe("a sender", () => {
  const heardAt = (hour: number) =>
    used({ id: `h${hour}`, source: "steady", time: `${day}T${String(hour).padStart(2, "0")}:10:00Z` });

  /** Every third hour of days up to 2026-11-21T21:10Z: the world's clock is almost 15 hours later. */
  const steadyFor = (days: number) =>
    Array.from({ length: days * 8 }, (_, i) => {
      const time = new Date(Date.parse(`${day}T21:10:00Z`) - i * 3 * hourMs).toISOString();
      return used({ id: `steady-${i}`, source: "steady", time });
    });

  test("that is usually heard of every third hour is told to be silent, and resolved when it is back", async () => {
    await company.take(...steadyFor(9));
    await company.look(true);
    await company.lookForSilence();
    await company.lookForSilence();
    expect(await company.found("silent_source")).toEqual([["steady", "0", "stands"]]);
    expect(company.told()).toEqual(["A sender has gone silent: steady"]);
    await company.world.sourceRhythms.put([
      { source: "steady", lastHeardAt: company.world.now(), longestGapMs: hourMs },
    ]);
    await company.lookForSilence();
    expect(await company.found("silent_source")).toEqual([["steady", "0", "resolved"]]);
  });

  test("is not silent while nobody listened: it is looked for after an hour of listening", async () => {
    await using expecting = await openCompany({ sources: [{ id: "steady", silent_after_minutes: 180 }] });
    const { world, runAndLook, found } = expecting;
    const lastHeardAt = world.now();
    await expecting.take(heardAt(13));
    await world.sourceRhythms.put([{ source: "steady", lastHeardAt, longestGapMs: null }]);
    world.wait(9 * hourMs);
    await runAndLook();
    world.wait(hourMs / 2);
    const back = [used({ id: "back", source: "steady", time: "2026-11-22T21:10:00Z" })];
    await world.deliver(back.map((one) => ({ ...one, receivedAt: world.now() })));
    world.wait(hourMs / 2);
    await runAndLook();
    expect(await found("silent_source")).toEqual([]);
    for (let hour = 0; hour < 4; hour++) {
      world.wait(hourMs);
      await runAndLook();
    }
    expect(await found("silent_source")).toEqual([["steady", "0", "stands"]]);
  });

  test("that has been heard of for less than eight days has no rhythm yet: its first weekend is no alarm", async () => {
    await company.take(...steadyFor(7));
    await company.look(true);
    await company.lookForSilence();
    expect(await company.found("silent_source")).toEqual([]);
  });

  test("that was heard of seldom has no rhythm yet", async () => {
    await company.take(heardAt(1), heardAt(2), heardAt(3));
    await company.look(true);
    await company.lookForSilence();
    expect(await company.found("silent_source")).toEqual([]);
    expect(await company.world.sourceRhythms.list()).toEqual([
      { source: "steady", lastHeardAt: Date.parse(`${day}T03:10:00Z`), longestGapMs: null },
    ]);
  });
});
