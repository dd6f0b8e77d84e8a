import type { BookedHour, ScopeCosts, SpendReading } from "./booked-hours.ts";
import type { PicoUsd } from "./money.ts";
import { decodeDocument, encodeDocument } from "./stored-document.ts";
import type { Instant, UsageDate } from "./time.ts";

type Amounts = Readonly<Record<string, string>>;

/** Whole pico-dollars: shorter than decimals, and there are thousands. */
function amountsOf<K extends string>(amounts: ReadonlyMap<K, PicoUsd>): Amounts {
  return Object.fromEntries([...amounts].map(([key, amount]) => [key, String(amount)]));
}

function mapOf<K extends string>(amounts: Amounts): ReadonlyMap<K, PicoUsd> {
  return new Map(Object.entries(amounts).map(([key, amount]) => [key as K, BigInt(amount) as PicoUsd]));
}

/** The stored form, JSON text. */
export function encodeReading({ costs, namedSince, ...reading }: SpendReading): string {
  return encodeDocument({
    ...reading,
    costs: Object.fromEntries([...costs].map(([scope, days]) => [scope, amountsOf(days)])),
    namedSince: Object.fromEntries(namedSince),
  });
}

export function decodeReading(text: string): SpendReading {
  const { costs, namedSince, ...reading } = decodeDocument(text) as unknown as Omit<
    SpendReading,
    "costs" | "namedSince"
  > & { readonly costs: Readonly<Record<string, Amounts>>; readonly namedSince: Readonly<Record<string, Instant>> };
  const read: ScopeCosts = new Map(Object.entries(costs).map(([scope, days]) => [scope, mapOf<UsageDate>(days)]));
  return { ...reading, costs: read, namedSince: new Map(Object.entries(namedSince)) };
}

export function encodeBookedHour({ hour, booked, late }: BookedHour): string {
  return encodeDocument({ hour, booked: amountsOf(booked), late: amountsOf(late) });
}

export function decodeBookedHour(text: string): BookedHour {
  // Hours from before it was told apart have none.
  const {
    hour,
    booked,
    late = {},
  } = decodeDocument(text) as unknown as {
    readonly hour: Instant;
    readonly booked: Amounts;
    readonly late?: Amounts;
  };
  return { hour, booked: mapOf(booked), late: mapOf(late) };
}
