import { describe, expect, test } from "vitest";
import { type AdjustmentOrder, type Correction, type Restatement, rebookingOf } from "#core/adjustment.ts";
import type { Config } from "#core/config.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { UnitPrice } from "#core/money.ts";
import type { Rater } from "#core/price-book.ts";
import type { UsageDate } from "#core/time.ts";
import { rulesOf } from "../fakes/company-rules.ts";
import { entriesOf } from "../fakes/entries.ts";
import { at, event, stubRater } from "../fakes/usage.ts";

const [booked] = (await entriesOf([event()])) as [LedgerEntry];

const order: AdjustmentOrder = {
  ...{ number: 1, requestId: "request-1", reason: "r", by: "key-finops" },
  ...{ contentHash: "hash", receivedAt: at("2026-11-23T12:00:00Z") },
};

/** Twice as dear as when it was booked. */
const dearer: Rater = (sent) => {
  const { charges, ...rated } = stubRater(sent);
  const twice = (amount: bigint | null) => (amount === null ? null : amount * 2n) as never;
  return {
    ...rated,
    ...{ cost: twice(rated.cost), listCost: twice(rated.listCost), priceVersion: "stub.2" },
    charges: charges.map((charge) => ({
      ...charge,
      unitPrice: (charge.unitPrice * 2n) as UnitPrice,
      listUnitPrice: (charge.listUnitPrice * 2n) as UnitPrice,
      cost: twice(charge.cost),
      listCost: twice(charge.listCost),
    })),
  };
};

function rebook(change: Correction | Restatement, changes: Partial<Config> = {}, state = booked, rate = stubRater) {
  return rebookingOf(state, change, order, { rate, rules: rulesOf(changes).compiled });
}

function entryOf(...asked: Parameters<typeof rebook>): LedgerEntry {
  const result = rebook(...asked);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.entry;
}

const day = (text: string) => text as UsageDate;
const table = (from: string): Partial<Config> => ({
  cost_classes: [
    { id: from, from: day(from), approved_by: "cfo", reason: "r", rows: [{ cost_class: "sales_marketing" }] },
  ],
});
const denied: Partial<Config> = {
  policies: { unlisted: "allow", list: [{ id: "no", status: "denied", owner: "o", reason: "r" }] },
};
const registry: Config["registry"] = {
  team: { mode: "strict", values: [{ id: "ads", aliases: ["advertising"] }] },
};

const asBooked = ({ kind, key, contentHash, receivedAt, keyId, adjustment, ...figures }: LedgerEntry) => figures;

describe("to rerate", () => {
  test("prices by the rates of now, and leaves class, attribution and verdict", () => {
    const entry = entryOf({ rerate: true }, { ...table("2026-01-01"), ...denied }, booked, dearer);
    expect(entry).toMatchObject({ cost: 16_000_000_000n, listCost: 16_000_000_000n, priceVersion: "stub.2" });
    const { cost, listCost, charges, priceVersion } = booked;
    expect(asBooked({ ...entry, cost, listCost, charges, priceVersion })).toEqual(asBooked(booked));
  });

  test("finds what a fixed cost pays for since then, and what it does no more", () => {
    const seats = {
      ...{ id: "seats", vendor: "v", team: "t", cost_class: "rnd" as const, usd_per_month: "1" },
      ...{ from: day("2026-11-01"), covers: ["gateway"] },
    };
    const covered = entryOf({ rerate: true }, { fixed_costs: [seats] });
    expect(covered).toMatchObject({ cost: 0n, listCost: 8_000_000_000n, trace: { coveredBy: "seats" } });
    const paid = entryOf({ rerate: true }, {}, covered);
    expect(paid.cost).toBe(8_000_000_000n);
    expect(Object.keys(paid)).not.toContain("trace");
  });
});

describe("to reclassify", () => {
  test("books to the class that the table has for its day, and changes nothing else", () => {
    const entry = entryOf({ reclassify: true }, { ...table("2026-11-20"), ...denied }, booked, dearer);
    expect(asBooked(entry)).toEqual(asBooked({ ...booked, costClass: "sales_marketing" }));
    expect(entryOf({ reclassify: true }, table("2026-11-21")).costClass).toBe("cogs");
  });
});

describe("a correction", () => {
  test("is classified and judged by the rules of now for its day", () => {
    const team = { attribution: { team: "ads" } };
    expect(entryOf(team, { ...table("2026-11-01"), ...denied })).toMatchObject({
      ...{ costClass: "sales_marketing", policyStatus: "unapproved", trace: { policy: "no" } },
      cost: 8_000_000_000n,
    });
    const forAds = { id: "ads", status: "approved" as const, team: ["ads"], owner: "o", reason: "r" };
    const policies = { unlisted: "allow" as const, list: [...(denied.policies?.list ?? []), forAds] };
    expect(entryOf(team, { policies })).toMatchObject({ policyStatus: "approved", trace: { policy: "ads" } });
  });

  test("resolves aliases, and refuses a name that a strict dimension does not know", () => {
    expect(entryOf({ attribution: { team: "advertising" } }, { registry })).toMatchObject({
      ...{ attribution: { team: "ads" }, trace: { aliased: { team: "advertising" } } },
    });
    expect(rebook({ attribution: { team: "adds", region: "apac" } }, { registry })).toEqual({
      ok: false,
      errors: [{ path: "correct.attribution.team", found: '"adds"', wanted: 'a registered team: did you mean "ads"?' }],
    });
  });

  test("leaves a name that stands, though it is registered no more", () => {
    expect(entryOf({ attribution: { region: "apac" } }, { registry }).attribution).toMatchObject({
      ...{ team: "search", region: "apac" },
    });
  });

  test("takes what is corrected out of the trace, and leaves the rest of it", () => {
    const traced: LedgerEntry = {
      ...booked,
      trace: {
        ...{ filledBy: { region: "rule-1", team: "rule-2" }, unregistered: { team: "x" }, policy: "old" },
        ...{ aliased: { feature: "f" }, coveredBy: "seats" },
      },
    };
    expect(entryOf({ attribution: { team: "ads" } }, {}, traced).trace).toEqual({
      ...{ filledBy: { region: "rule-1" }, aliased: { feature: "f" }, coveredBy: "seats" },
    });
    expect(entryOf({ attribution: { feature: "f2" } }, {}, traced).trace?.aliased).toBeUndefined();
  });

  test("of the model is judged as that model", () => {
    const list = [{ id: "small", status: "denied" as const, model: "small", owner: "o", reason: "r" }];
    const policies = { unlisted: "allow" as const, list };
    expect(entryOf({ model: "small" }, { policies })).toMatchObject({ policyStatus: "unapproved" });
    expect(entryOf({ requests: 2 }, { policies })).toMatchObject({ policyStatus: "approved" });
  });

  test("keeps what the sender believes it to have cost", () => {
    const believed = { ...booked, senderCost: 7n as never };
    expect(entryOf({ requests: 2 }, {}, believed).senderCost).toBe(7n);
  });
});
