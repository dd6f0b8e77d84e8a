import type { DayRange, makeBridge } from "#app/bridge.ts";
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

function notesOf(segments: readonly BridgeSegment[], days: readonly [from: number, to: number]): string[] {
  const [from, to] = days;
  const uncounted = segments.filter(
    ({ byCustomers, parts }) => !byCustomers && parts.new_features === 0n && parts.ended_features === 0n,
  );
  const notes: string[] = [];
  if (from !== to) {
    notes.push(
      `The periods have ${from} and ${to} days: what that alone changes is \`length\`, and calls are compared per customer and day.`,
    );
  }
  if (uncounted.length > 0) {
    notes.push(
      `${namedSegments(uncounted)}: in one of the periods no usage names its customer, so all growth of calls is in requests_per_customer.`,
    );
  }
  return notes;
}

export const makeBridgeHandler =
  ({ bridge }: BridgeDeps): Handlers<Routes, Caller>["bridge"] =>
  async ({ query: { from, to } }) => {
    if (from.to >= to.from) {
      const field = { path: "query.to", found: `${to.from}..${to.to}`, wanted: `a period after ${from.to}` };
      const message = "Some fields cannot be taken: each is named with what is wanted.";
      return { status: 400, body: problemOf({ code: "bad_request", message, fields: [field] }) };
    }
    const { total, byClass, segments } = await bridge(from, to);
    const [before, after] = [periodOf(from), periodOf(to)];
    const shown = segments.map((segment) => ({
      ...{ feature: segment.feature, cost_class: segment.costClass, by_customers: segment.byCustomers },
      ...shownStep(segment),
    }));
    return {
      status: 200,
      body: {
        ...{ currency: "USD", from: before, to: after, order: [...BRIDGE_PARTS], total: shownStep(total) },
        cost_classes: [...byClass].map(([cost_class, step]) => ({ cost_class, ...shownStep(step) })),
        segments: shown,
        notes: notesOf(segments, [before.days, after.days]),
      },
    };
  };
