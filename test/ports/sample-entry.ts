import { eventKey } from "#core/event-key.ts";
import type { Charge, LedgerEntry } from "#core/ledger-entry.ts";
import { costOf, type PicoUsd } from "#core/money.ts";
import { type Instant, monthOf, usageDateOf } from "#core/time.ts";

export const sampleTime = Date.parse("2026-11-23T14:00:00Z") as Instant;

export type ChargeRate = Omit<Charge, "cost" | "listCost">;

/** A ledger entry in which all that follows from other fields does so, unless it is given. */
export function entryWith({
  rates = [],
  ...given
}: Partial<LedgerEntry> & { rates?: readonly ChargeRate[] }): LedgerEntry {
  const charges =
    given.charges ??
    rates.map((rate) => ({
      ...rate,
      listCost: costOf(BigInt(rate.quantity), rate.listUnitPrice),
      cost: costOf(BigInt(rate.quantity), rate.unitPrice),
    }));
  const priceStatus = given.priceStatus ?? "priced";
  const sum = (costs: readonly bigint[]) =>
    priceStatus === "unpriced" ? null : (costs.reduce((a, b) => a + b, 0n) as PicoUsd);
  const source = given.source ?? "test";
  const id = given.id ?? "1";
  const time = given.time ?? sampleTime;
  return {
    v: 1,
    kind: "usage",
    key: eventKey(source, id),
    source,
    id,
    contentHash: "hash",
    time,
    usageDate: usageDateOf(time),
    bookedMonth: monthOf(usageDateOf(time)),
    receivedAt: sampleTime,
    keyId: "key",
    provider: "openai",
    model: "gpt-5",
    requestedModel: "gpt-5",
    serviceTier: "standard",
    speed: "standard",
    requests: 1,
    quantities: {},
    attribution: {
      team: "search",
      feature: "answers",
      environment: "production",
      region: "emea",
      customer_tier: "free",
      purpose: "customer_facing",
    },
    costClass: "cogs",
    tags: {},
    charges,
    listCost: sum(charges.map(({ listCost }) => listCost)),
    cost: sum(charges.map(({ cost }) => cost)),
    priceStatus,
    priceVersion: "2026-11-01",
    policyStatus: "ungoverned",
    ...given,
  };
}
