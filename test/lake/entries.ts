import { adjustmentKey, eventKey } from "#core/event-key.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { PicoUsd, UnitPrice } from "#core/money.ts";
import { formatInstant, type Instant, monthOf, parseInstant, usageDateOf } from "#core/time.ts";

export function at(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) throw new RangeError(`no instant: ${text}`);
  return instant;
}

export interface EntrySketch {
  readonly id?: string;
  readonly source?: string;
  readonly time?: string;
  readonly team?: string;
  readonly feature?: string;
  readonly customer?: string;
  /** Pico-dollars; the list cost is twice that. Null: unpriced. */
  readonly cost?: bigint | null;
  readonly input?: number;
  readonly output?: number;
  readonly hash?: string;
}

/** A usage event as the ledger has it: $0.0025 for 1,000 uncached input tokens, unless the sketch says otherwise. */
export function entry(sketch: EntrySketch = {}): LedgerEntry {
  const { id = "e1", source = "app", time = "2026-11-20T10:00:00Z", input = 1000, output = 0 } = sketch;
  const cost = sketch.cost === undefined ? 2_500_000_000n : sketch.cost;
  const instant = at(time);
  const usageDate = usageDateOf(instant);
  return {
    v: 1,
    kind: "usage",
    key: eventKey(source, id),
    source,
    id,
    contentHash: sketch.hash ?? `hash of ${id}`,
    time: instant,
    usageDate,
    bookedMonth: monthOf(usageDate),
    receivedAt: instant,
    keyId: "key-1",
    provider: "openai",
    model: "gpt-5.2",
    requestedModel: "openai/gpt-5.2",
    serviceTier: "standard",
    speed: "standard",
    requests: 1,
    quantities: { uncached_input_tokens: input, ...(output > 0 && { text_output_tokens: output }) },
    attribution: {
      team: sketch.team ?? "search",
      feature: sketch.feature ?? "answers",
      environment: "production",
      region: "emea",
      customer_tier: "pro",
      purpose: "customer_facing",
      ...(sketch.customer !== undefined && { customer_id: sketch.customer }),
    },
    costClass: "cogs",
    tags: {},
    charges:
      cost === null
        ? []
        : [
            {
              meter: "uncached_input_tokens",
              quantity: input,
              listUnitPrice: 5_000_000_000_000n as UnitPrice,
              unitPrice: 2_500_000_000_000n as UnitPrice,
              listCost: (2n * cost) as PicoUsd,
              cost: cost as PicoUsd,
              estimated: false,
              disputed: false,
            },
          ],
    listCost: cost === null ? null : ((2n * cost) as PicoUsd),
    cost: cost as PicoUsd | null,
    priceStatus: cost === null ? "unpriced" : "priced",
    priceVersion: cost === null ? "" : "openai/gpt-5.2@2026-01-01",
    policyStatus: "ungoverned",
  };
}

function negated(
  original: LedgerEntry,
): Pick<LedgerEntry, "requests" | "quantities" | "charges" | "cost" | "listCost"> {
  const negate = (amount: PicoUsd | null) => (amount === null ? null : (-amount as PicoUsd));
  return {
    requests: -original.requests,
    quantities: Object.fromEntries(Object.entries(original.quantities).map(([meter, n]) => [meter, -n])),
    charges: original.charges.map((charge) => ({
      ...charge,
      quantity: -charge.quantity,
      cost: -charge.cost as PicoUsd,
      listCost: -charge.listCost as PicoUsd,
    })),
    cost: negate(original.cost),
    listCost: negate(original.listCost),
  };
}

/** The first adjustment of an event: what takes it back, and what stands instead. */
export function adjustment(original: LedgerEntry, instead: EntrySketch, when: string): LedgerEntry[] {
  const info = { number: 1, requestId: "request-1", reason: "wrong team", by: "key-finops" };
  const { source, id, usageDate, time } = original;
  const shared = { kind: "adjustment", source, id, usageDate, time, receivedAt: at(when) } as const;
  return [
    {
      ...original,
      ...negated(original),
      ...shared,
      key: adjustmentKey(source, id, 1, "reversal"),
      adjustment: { ...info, part: "reversal" },
    },
    {
      ...entry({ ...instead, source, id, time: formatInstant(time) }),
      ...shared,
      key: adjustmentKey(source, id, 1, "rebooking"),
      adjustment: { ...info, part: "rebooking" },
    },
  ];
}
