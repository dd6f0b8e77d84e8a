import { describe, expect, test } from "vitest";
import type { Caller } from "#app/caller.ts";
import { makeImport, makeImportStatus } from "#app/imports.ts";
import { makeIngest } from "#app/ingest.ts";
import type { Config } from "#core/config.ts";
import { parseUsd } from "#core/money.ts";
import type { UsageDate } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { rulesOf } from "../fakes/company-rules.ts";
import { memoryLedger } from "../fakes/memory-ledger.ts";
import { memoryImports, memoryLanding } from "../fakes/memory-stores.ts";
import { at, event, sender, sha256, stubRater } from "../fakes/usage.ts";

const now = at("2026-11-23T12:00:00Z");

function setUp(changes: Partial<Config>) {
  const ledger = memoryLedger();
  const company = { rules: rulesOf(changes) };
  const rules = async () => company.rules;
  const deps = { ledger, rater: async () => stubRater, rules, clock: () => now, sha256 };
  const ingest = makeIngest(deps);
  const landing = memoryLanding();
  const imports = memoryImports();
  const importing = { importEvents: makeImport({ ...deps, landing, imports }), status: makeImportStatus({ imports }) };
  const one = async (sent: UsageEvent, caller: Caller = sender) => {
    const [result] = await ingest([sent], caller);
    return { result, entry: [...ledger.entries.values()].at(-1) };
  };
  const decide = (next: Partial<Config>) => {
    company.rules = rulesOf(next);
  };
  return { ledger, landing, one, decide, ...importing };
}

function lacking(...dimensions: readonly string[]): UsageEvent {
  const claimed = Object.entries(event().claimed).filter(([dimension]) => !dimensions.includes(dimension));
  return event({ claimed: Object.fromEntries(claimed) });
}

const enforcement = { development: "observe", staging: "quarantine", production: "reject" } as const;
const of = (environment: string, sent = lacking("team")) => ({ ...sent, claimed: { ...sent.claimed, environment } });

describe("an event whose attribution is incomplete", () => {
  test("is accepted with a warning where that is only observed", async () => {
    const { one, ledger } = setUp({ enforcement });
    expect((await one(of("dev"))).result).toEqual({
      ...{ id: "call-1", status: "accepted", cost: 8_000_000_000n, priceStatus: "priced" },
      ...{ warnings: ["attribution_incomplete"], errors: [] },
    });
    expect(ledger.entries.size).toBe(1);
  });

  test("is kept in quarantine with what it lacks", async () => {
    const { one, ledger } = setUp({ enforcement });
    expect((await one(of("staging"))).result).toMatchObject({
      ...{ status: "quarantined", cost: 8_000_000_000n, warnings: [] },
      errors: [{ path: "attribution.team", found: "nothing" }],
    });
    expect(ledger.entries.size).toBe(1);
  });

  test("is rejected naming what it lacks, and nothing of it is kept", async () => {
    const { one, ledger } = setUp({ enforcement });
    const wanted = "a value, from the event or from the key it is sent with";
    expect((await one(of("production"))).result).toEqual({
      ...{ id: "call-1", status: "rejected", cost: null, priceStatus: null, warnings: [] },
      errors: [{ path: "attribution.team", found: "nothing", wanted }],
    });
    expect(ledger.appendedAtOnce).toEqual([]);
  });

  test("names no environment: it is treated as production", async () => {
    const { one } = setUp({ enforcement });
    expect((await one(lacking("environment"))).result).toMatchObject({
      ...{ status: "rejected", errors: [{ path: "attribution.environment" }] },
    });
  });

  test("rejects no other event of its batch", async () => {
    const { ledger } = setUp({});
    const ingest = makeIngest({
      ...{ ledger, rater: async () => stubRater, rules: async () => rulesOf({ enforcement }) },
      ...{ clock: () => now, sha256 },
    });
    const results = await ingest([of("production"), event({ id: "call-2" }), { ...of("dev"), id: "call-3" }], sender);
    expect(results.map(({ id, status }) => [id, status])).toEqual([
      ["call-1", "rejected"],
      ["call-2", "accepted"],
      ["call-3", "accepted"],
    ]);
  });

  test("whose team is misspelt is told the name that was probably meant, also when it is sent again", async () => {
    const registry: Config["registry"] = { team: { mode: "strict", values: [{ id: "search" }] } };
    const { one } = setUp({ registry });
    const sent = { ...event(), claimed: { ...event().claimed, team: "serach" } };
    const errors = [
      { path: "attribution.team", found: '"serach"', wanted: 'a registered team: did you mean "search"?' },
    ];
    expect((await one(sent)).result).toMatchObject({
      ...{ status: "quarantined", warnings: ["attribution_unregistered"], errors },
    });
    expect((await one(sent)).result).toMatchObject({ status: "duplicate", errors });
  });

  test("of an import is refused too, and counted as such", async () => {
    const { importEvents, status, landing, ledger } = setUp({ enforcement });
    const old = { ...of("production"), id: "old", time: at("2024-01-01T00:00:00Z") };
    const results = await importEvents("imp_1", "p1", [of("production"), old, event({ id: "good" })], 0, sender);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected", "accepted"]);
    expect(await status("imp_1")).toMatchObject({ rejected: 2, landed: 0, live: { new: 1 } });
    expect([landing.files.size, ledger.entries.size]).toEqual([0, 1]);
  });
});

describe("an entry", () => {
  const rules: Config["rules"] = [{ id: "by-app", when: { tags: { app: "web" } }, set: { team: "search" } }];

  test("remembers what filled, fixed and resolved its attribution", async () => {
    const { one } = setUp({ rules });
    const caller: Caller = { ...sender, attribution: { fixed: { environment: "development" }, defaults: {} } };
    const { result, entry } = await one({ ...lacking("team"), tags: { app: "web" } }, caller);
    expect(result).toMatchObject({ status: "accepted", warnings: ["attribution_overridden"] });
    expect(entry?.trace).toEqual({ filledBy: { team: "by-app" }, overridden: { environment: "production" } });
    expect(entry?.attribution).toMatchObject({ team: "search", environment: "development" });
    expect(entry?.costClass).toBe("rnd");
  });

  test("as it was sent has no trace", async () => {
    const { entry } = await setUp({ rules }).one(event());
    expect(Object.keys(entry ?? {})).not.toContain("trace");
  });

  test("has the class that the table in force on its day gives", async () => {
    const table = { id: "t", approved_by: "cfo", reason: "r", rows: [{ cost_class: "sales_marketing" as const }] };
    const { one } = setUp({ cost_classes: [{ ...table, from: "2026-11-20" as UsageDate }] });
    expect((await one(event())).entry?.costClass).toBe("sales_marketing");
    const dayBefore = event({ id: "call-2", time: at("2026-11-19T23:59:59Z") });
    expect((await one(dayBefore)).entry?.costClass).toBe("cogs");
  });

  test("keeps what its sender believes it to have cost, and is the same event with another belief", async () => {
    const { one } = setUp({});
    const believed = parseUsd("0.007");
    expect(believed).toBeDefined();
    const { entry } = await one(event({ senderCost: believed as NonNullable<typeof believed> }));
    expect(entry).toMatchObject({ senderCost: 7_000_000_000n, cost: 8_000_000_000n });
    expect((await one(event())).result?.status).toBe("duplicate");
  });

  test("of a source that seats pay for costs nothing, and keeps its list cost", async () => {
    const seats = {
      ...{ id: "seats", vendor: "v", team: "t", cost_class: "rnd" as const, usd_per_month: "100" },
      ...{ from: "2026-11-01" as UsageDate, covers: ["gate*"] },
    };
    const { result, entry } = await setUp({ fixed_costs: [seats] }).one(event());
    expect(result).toMatchObject({ status: "accepted", cost: 0n, priceStatus: "priced" });
    expect(entry).toMatchObject({ cost: 0n, listCost: 8_000_000_000n, trace: { coveredBy: "seats" } });
  });
});

describe("a use that the model policies", () => {
  const policies = (status: "approved" | "denied"): Partial<Config> => ({
    policies: { unlisted: "forbid", list: [{ id: "p", status, model: "big", owner: "o", reason: "r" }] },
  });

  test("approve is kept as approved", async () => {
    const { result, entry } = await setUp(policies("approved")).one(event({ model: "big-2026" }));
    expect(result).toMatchObject({ status: "accepted", warnings: [] });
    expect(entry).toMatchObject({ policyStatus: "approved", trace: { policy: "p" } });
  });

  test("forbid is kept, marked and warned of", async () => {
    const { result, entry } = await setUp(policies("denied")).one(event());
    expect(result).toMatchObject({ status: "accepted", cost: 8_000_000_000n, warnings: ["model_unapproved"] });
    expect(entry).toMatchObject({ policyStatus: "unapproved", trace: { policy: "p" } });
  });

  test("do not list is as the company says", async () => {
    const { result, entry } = await setUp(policies("approved")).one(event({ model: "small" }));
    expect(result?.warnings).toEqual(["model_unapproved", "unknown_model"]);
    expect(entry).toMatchObject({ policyStatus: "unapproved", trace: { policy: "unlisted" } });
  });

  test("judge by the prices that it pays", async () => {
    const list = [{ id: "p", status: "approved" as const, owner: "o", reason: "r" }];
    const capped = (usd: string): Partial<Config> => ({
      policies: {
        unlisted: "allow",
        list: list.map((one) => ({ ...one, max_usd_per_million: { text_output_tokens: usd } })),
      },
    });
    const { one, decide } = setUp(capped("15"));
    expect((await one(event())).entry?.policyStatus).toBe("approved");
    decide(capped("14.99"));
    expect((await one(event({ id: "call-2" }))).entry?.policyStatus).toBe("unapproved");
  });
});
