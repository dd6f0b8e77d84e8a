import type { ComparedPeriods, DayRange, makeBridge } from "#app/bridge.ts";
import type { Caller } from "#app/caller.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { BRIDGE_PARTS, type BridgePart, type BridgeSegment, type BridgeStep } from "#core/bridge.ts";
import { formatUsd, type PicoUsd } from "#core/money.ts";
import { daysBetween } from "#core/time.ts";
import { namedSegments } from "./named-segments.ts";
import { problemOf } from "./refusal.ts";

export interface BridgeDeps {
  readonly bridge: ReturnType<typeof makeBridge>;
}

function shownStep({ fromCost, toCost, parts }: BridgeStep) {
  const shown = BRIDGE_PARTS.map((part) => [`${part}_usd`, formatUsd(parts[part])]);
  return {
    ...{ from_cost_usd: formatUsd(fromCost), to_cost_usd: formatUsd(toCost) },
    difference_usd: formatUsd((toCost - fromCost) as PicoUsd),
    ...(Object.fromEntries(shown) as Record<`${BridgePart}_usd`, string>),
  };
}

const periodOf = ({ from, to }: DayRange) => ({ from, to, days: daysBetween(from, to) + 1 });

function notesOf(
  segments: readonly BridgeSegment[],
  { from, to, usedFrom }: ComparedPeriods,
  asked: DayRange,
): string[] {
  const uncounted = segments.filter(
    ({ byCustomers, parts }) => !byCustomers && parts.new_features === 0n && parts.ended_features === 0n,
  );
  const [before, after] = [periodOf(from), periodOf(to)];
  const notes: string[] = [];
  if (to.to < asked.to) {
    notes.push(`${to.from} to ${to.to}: ${asked.to} is not over, so the second period is compared up to ${to.to}.`);
  }
  if (usedFrom !== null) {
    notes.push(
      `The first period has no usage before ${usedFrom}: its other days cost nothing, but count in its length.`,
    );
  }
  if (before.days !== after.days) {
    notes.push(
      `The periods have ${before.days} and ${after.days} days: what that alone changes is \`length\`, and calls are compared per customer and day.`,
    );
  }
  if (uncounted.length > 0) {
    notes.push(
      `${namedSegments(uncounted)}: too few calls name their customer, or not about as many in both periods, so all growth of calls is in requests_per_customer.`,
    );
  }
  return notes;
}

function refusedTo(asked: DayRange, wanted: string) {
  const field = { path: "query.to", found: `${asked.from}..${asked.to}`, wanted };
  const message = "Some fields cannot be taken: each is named with what is wanted.";
  return { status: 400, body: problemOf({ code: "bad_request", message, fields: [field] }) } as const;
}

export const makeBridgeHandler =
  ({ bridge }: BridgeDeps): Handlers<Routes, Caller>["bridge"] =>
  async ({ query: { from, to: asked } }) => {
    if (from.to >= asked.from) return refusedTo(asked, `a period after ${from.to}`);
    const bridged = await bridge(from, asked);
    if (bridged.status === "not_begun") return refusedTo(asked, `a period that begins by ${bridged.lastSettled}`);
    const { total, byClass, segments } = bridged.bridge;
    const shown = segments.map((segment) => ({
      ...{ feature: segment.feature, cost_class: segment.costClass, by_customers: segment.byCustomers },
      ...shownStep(segment),
    }));
    return {
      status: 200,
      body: {
        ...{ currency: "USD", from: periodOf(bridged.from), to: periodOf(bridged.to) },
        ...{ order: [...BRIDGE_PARTS], total: shownStep(total) },
        cost_classes: [...byClass].map(([cost_class, step]) => ({ cost_class, ...shownStep(step) })),
        segments: shown,
        notes: notesOf(segments, bridged, asked),
      },
    };
  };
