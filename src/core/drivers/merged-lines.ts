import { ratioOf, toFinest } from "../ratio.ts";
import type { Ratio } from "../token-ratio.ts";
import type { PlannedLine } from "./plan-state.ts";
import { lineKey } from "./segment.ts";

const textOf = ({ numerator, denominator }: Ratio) => `${numerator}/${denominator}`;

/** Injective: what of a line is not its scale. */
function keyOf({ usage, tokens, price }: PlannedLine): string {
  const quantities = Object.entries(usage.quantities).map(([meter, quantity]) => `${meter}=${quantity}`);
  const counted = `${usage.requests} ${usage.unpricedRequests} ${usage.cost} ${quantities.sort().join(" ")}`;
  return `${lineKey(usage)} ${counted} ${textOf(tokens)} ${textOf(price)}`;
}

const added = (a: Ratio, b: Ratio): Ratio =>
  a.denominator === b.denominator
    ? { numerator: a.numerator + b.numerator, denominator: a.denominator }
    : toFinest(ratioOf(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator));

/** Lines of the same use at the same price as one, so that changes which move shares to and fro make no more of them. */
export function mergedLines(lines: readonly PlannedLine[]): PlannedLine[] {
  const merged = new Map<string, PlannedLine>();
  for (const line of lines) {
    const key = keyOf(line);
    const same = merged.get(key);
    merged.set(key, same === undefined ? line : { ...same, scale: added(same.scale, line.scale) });
  }
  return [...merged.values()];
}
