import { daysBetween, type UsageDate } from "#core/time.ts";
import { type Refusal, refuse } from "./refusal.ts";

const daysMax = 1_100;

/** Rows on a page. */
export const limitByDefault = 1_000;

/** Why a report cannot be of these days; undefined when it can. */
export function rangeRefusal({ from, to }: { readonly from: UsageDate; readonly to: UsageDate }): Refusal | undefined {
  const days = daysBetween(from, to) + 1;
  if (days >= 1 && days <= daysMax) return undefined;
  const wanted = `a UTC day from ${from} to ${daysMax} days later`;
  return refuse("bad_request", "Some fields cannot be taken: each is named with what is wanted.", [
    { path: "query.to", found: JSON.stringify(to), wanted },
  ]).refusal;
}
